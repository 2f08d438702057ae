package cli

import (
	"bytes"
	"context"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sioscope/assets"
)

// TestCommands runs the command lines of testdata/*.txtar. The last line of each story that begins with "$" is the
// command; "NAME=value" before it sets a variable, COLUMNS makes the outputs a terminal, "< name" is standard input.
// $DIR is a directory with the story's files and demo.pcap. "exit", "stdout" and "stderr" say what must come of it,
// "stdout has" and "stderr has" give lines that must be part of it, "stdout lacks" lines that must not.
func TestCommands(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tell(t, a)
		})
	}
}

// results are the names of what a story expects; all others are files.
var results = []string{"exit", "stdout", "stderr", "stdout has", "stderr has", "stdout lacks"}

func tell(t *testing.T, a *txtar.Archive) {
	dir := t.TempDir()
	want := map[string]string{}
	write(t, filepath.Join(dir, "demo.pcap"), assets.Demo)
	for _, f := range a.Files {
		if slices.Contains(results, f.Name) {
			want[f.Name] = string(f.Data)
		} else {
			write(t, filepath.Join(dir, f.Name), f.Data)
		}
	}
	code, stdout, stderr := command(t, dir, string(a.Comment))
	got := map[string]string{"exit": strconv.Itoa(code) + "\n", "stdout": stdout, "stderr": stderr}
	if want["exit"] == "" {
		t.Error("the story does not say how it ends")
	}
	for _, section := range slices.Sorted(maps.Keys(want)) {
		stream, how, partly := strings.Cut(section, " ")
		switch {
		case !partly && got[section] != want[section]:
			t.Errorf("%s: got\n%s\nwant\n%s", section, got[section], want[section])
		case partly:
			for _, line := range strings.Split(strings.TrimSpace(want[section]), "\n") {
				if strings.Contains(got[stream], line) == (how == "lacks") {
					t.Errorf("%s %q; got\n%s", section, line, got[stream])
				}
			}
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// command runs the story's command line and gives what came of it, with $DIR for the directory.
func command(t *testing.T, dir, story string) (code int, stdout, stderr string) {
	t.Helper()
	var words []string
	for _, line := range strings.Split(story, "\n") {
		if rest, ok := strings.CutPrefix(line, "$ "); ok {
			words = strings.Fields(strings.ReplaceAll(rest, "$DIR", dir))
		}
	}
	env := map[string]string{"LANG": "en_US.UTF-8"}
	for len(words) > 0 && strings.Contains(words[0], "=") {
		name, value, _ := strings.Cut(words[0], "=")
		env[name] = value
		words = words[1:]
	}
	if len(words) == 0 {
		t.Fatal("the story has no command")
	}
	var stdin io.Reader = strings.NewReader("")
	if i := slices.Index(words, "<"); i > 0 {
		data, err := os.ReadFile(filepath.Join(dir, words[i+1]))
		if err != nil {
			t.Fatal(err)
		}
		stdin, words = bytes.NewReader(data), words[:i]
	}
	columns, _ := strconv.Atoi(env["COLUMNS"])
	var out, errs bytes.Buffer
	p := &Program{
		Name: words[0], Stdin: stdin, Stdout: &out, Stderr: &errs,
		Getenv:  func(name string) string { return env[name] },
		Columns: func(io.Writer) int { return columns },
	}
	code = p.Run(context.Background(), words[1:])
	return code, strings.ReplaceAll(out.String(), dir, "$DIR"), strings.ReplaceAll(errs.String(), dir, "$DIR")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in, rest, err string
		all                 bool
		header              string
	}{
		{name: "before", in: "--all --node-header X-Pod a b", rest: "a b", all: true, header: "X-Pod"},
		{name: "after", in: "a b --all --node-header=X-Pod", rest: "a b", all: true, header: "X-Pod"},
		{name: "between, with one dash", in: "a -all b -node-header X-Pod -", rest: "a b -", all: true, header: "X-Pod"},
		{name: "two dashes end them", in: "a -- --all b", rest: "a --all b"},
		{name: "two dashes first", in: "-- -a", rest: "-a"},
		{name: "none", in: "", rest: ""},
		{name: "unknown", in: "a --al", err: "unknown flag --al; there are --all, --node-header"},
		{name: "no value", in: "a --node-header", err: "--node-header needs a value"},
		{name: "no boolean", in: "--all=x", err: `invalid boolean value "x" for --all: parse error`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fs := flag.NewFlagSet("", flag.ContinueOnError)
			all, header := fs.Bool("all", false, ""), fs.String("node-header", "", "")
			rest, err := parse(fs, strings.Fields(tt.in))
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Errorf("got error %v, want %s", err, tt.err)
				}
				return
			}
			if err != nil || strings.Join(rest, " ") != tt.rest || *all != tt.all || *header != tt.header {
				t.Errorf("got %q, all %v, header %q, error %v", rest, *all, *header, err)
			}
		})
	}
}

func TestUTF8Output(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{"LANG": "en_US.UTF-8"}, true},
		{map[string]string{"LANG": "C.utf8"}, true},
		{map[string]string{"LC_ALL": "C", "LANG": "en_US.UTF-8"}, false},
		{map[string]string{"LC_CTYPE": "ja_JP.UTF-8", "LANG": "C"}, true},
		{map[string]string{"LANG": "ja_JP.eucJP"}, false},
		{nil, false},
	} {
		if got := utf8Output(func(name string) string { return tt.env[name] }); got != tt.want && os.PathSeparator == '/' {
			t.Errorf("%v: got %v", tt.env, got)
		}
	}
}

// TestInertErrors: what is named in an error cannot speak to the terminal.
func TestInertErrors(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"open", "a\x1b[31mb.pcap"},
		{"open", "a\x1b]0;title\x07.pcap", "b\u202e.pcap"},
		{"open", "--format", "\x1b[2J", "a.pcap"},
		{"verb\x1b[31m"},
	} {
		var out, errs bytes.Buffer
		p := Program{Name: "sio", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}
		if code := p.Run(context.Background(), args); code != 2 {
			t.Errorf("%q: exit code %d", args, code)
		}
		if s := out.String() + errs.String(); errs.Len() == 0 || strings.ContainsAny(s, "\x1b\x07\u202e") {
			t.Errorf("%q: printed %q", args, s)
		}
	}
}

// TestInterrupt: a read that waits for packets ends when the user has had enough, and the report comes all the same.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	defer w.Close()
	waits := readFunc(func(p []byte) (int, error) {
		cancel()
		return r.Read(p)
	})
	var out, errs bytes.Buffer
	p := &Program{Stdin: waits, Stdout: &out, Stderr: &errs}
	if code := p.Run(ctx, []string{"open", "--format", "json", "-"}); code != interrupted {
		t.Errorf("exit %d, want %d", code, interrupted)
	}
	if !strings.Contains(out.String(), `"schema":"sioscope.report/1"`) || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("stdout %q\nstderr %q", out.String(), errs.String())
	}
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestFullDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "demo.pcap")
	write(t, path, assets.Demo)
	var errs bytes.Buffer
	p := &Program{Stdout: fullDisk{}, Stderr: &errs}
	if code := p.Run(context.Background(), []string{"open", path}); code != failed || !strings.Contains(errs.String(), io.ErrShortWrite.Error()) {
		t.Errorf("exit %d, stderr %q", code, errs.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// TestOpenGrowing: on a terminal, what comes through a pipe is told as it comes, and the report follows at the end.
func TestOpenGrowing(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../assets/demo.pcap")
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	var out, errs buffer
	p := &Program{Stdin: r, Stdout: &out, Stderr: &errs, Columns: func(io.Writer) int { return 120 },
		Getenv: func(name string) string { return map[string]string{"LANG": "en_US.UTF-8"}[name] }}
	ended := make(chan int)
	go func() { ended <- p.Run(t.Context(), []string{"open", "-", "--color", "never"}) }()
	w.Write(data)
	for !strings.Contains(out.String(), "WebSocket  refused 400") { // the pipe is still open
		time.Sleep(5 * time.Millisecond)
	}
	if strings.Contains(out.String(), "polling:") {
		t.Error("the report comes before the end")
	}
	w.Close()
	if code := <-ended; code != ok || errs.String() != "" || !strings.Contains(out.String(), "\n\npolling: ") {
		t.Errorf("exit %d, stderr %q, stdout\n%s", code, errs.String(), out.String())
	}
}
