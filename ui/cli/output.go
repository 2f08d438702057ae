package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sioscope/ui/handover"
	"sioscope/ui/report"
)

// reports are the forms that every report can have, the default first.
var reports = []string{"text", "json", "html", "md", "svg", "junit", "har"}

// formatHelp tells them, for the verbs that print what happens meanwhile.
const formatHelp = `  --format FORMAT       text for people (the default; what happens is printed meanwhile), html (one page with timeline,
                        findings and fixes), md (for a ticket), svg (the timeline), junit (what --expect asked, for CI),
                        json (sioscope.report/1), or har (all traffic, for Chrome's network panel); with those, what
                        happens goes to standard error
  -o FILE               write the report there rather than to standard output; its ending chooses the format where
                        --format does not (.html, .md, .svg, .xml, .json, .har, .txt)
`

// endings choose a format.
var endings = map[string]string{".html": "html", ".htm": "html", ".md": "md", ".svg": "svg", ".xml": "junit", ".json": "json", ".har": "har", ".txt": "text"}

// settle chooses the format by the name of the output where it was not given, and finds what the two cannot be.
func (f *openFlags) settle() error {
	if f.format == "" {
		f.format = f.formats[0]
		if form := endings[strings.ToLower(filepath.Ext(f.output))]; f.output != "" && slices.Contains(f.formats, form) {
			f.format = form
		}
	}
	if f.format == "junit" && len(f.expect) == 0 {
		return fmt.Errorf("--format junit has a test case for what --expect asks; want --expect websocket, for instance")
	}
	if f.output == "" {
		return nil
	}
	return writable("-o", f.output)
}

// writable finds what is wrong with the name of a file that a flag has written.
func writable(flag, path string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return fmt.Errorf("%s %s is a directory; want the name of a file", flag, path)
	}
	if dir := filepath.Dir(path); err != nil {
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("%s %s: there is no directory %s", flag, path, dir)
		}
	}
	return nil
}

// spares says whether the outputs are none of the files that are read, and not the same.
func (f *openFlags) spares(paths ...string) error {
	if err := spares("-o", f.output, paths); err != nil {
		return err
	}
	if f.output != "" && f.save.path != "" && filepath.Clean(f.output) == filepath.Clean(f.save.path) {
		return fmt.Errorf("-o and -w both name %s; the report and the packets are two files", f.output)
	}
	return spares("-w", f.save.path, append(paths, f.keys()...))
}

func spares(flag, output string, paths []string) error {
	out, err := os.Stat(output)
	if output == "" || err != nil {
		return nil
	}
	for _, path := range paths {
		if in, err := os.Stat(path); err == nil && os.SameFile(in, out) {
			return fmt.Errorf("%s %s is one of the files to read; choose another name", flag, output)
		}
	}
	return nil
}

// A sink is where a report goes: standard output, or a file that is there once it is whole.
type sink struct {
	*bufio.Writer
	file *os.File // nil: standard output
	path string   // "": the file is no regular one, and written as it is
	flag string   // that named it
	may  handover.Readers
}

func unwritable(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "not allowed to write there; choose another directory"
	}
	return reason(err)
}

func (p *Program) sink(f *openFlags) (*sink, error) {
	if f.output == "" {
		return &sink{Writer: bufio.NewWriterSize(p.Stdout, 64<<10)}, nil
	}
	return newSink("-o", f.output, handover.ReadersOf(!f.noRedact))
}

// newSink opens a file that a flag names.
func newSink(flag, path string, may handover.Readers) (*sink, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // a device or a pipe
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %s", flag, path, unwritable(err))
		}
		return &sink{Writer: bufio.NewWriterSize(file, 64<<10), file: file, flag: flag}, nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".sio-*")
	if err != nil {
		return nil, fmt.Errorf("%s %s: %s", flag, path, unwritable(err))
	}
	return &sink{Writer: bufio.NewWriterSize(file, 64<<10), file: file, path: path, flag: flag, may: may}, nil
}

// end finishes what was written, or takes it back where writing it failed.
func (s *sink) end(failed error) error {
	if err := s.Flush(); failed == nil && err != nil {
		failed = fmt.Errorf("writing the report: %w", err)
		if s.flag == "-w" {
			failed = fmt.Errorf("writing the packets: %s", reason(err))
		}
	}
	switch {
	case s.file == nil:
		return failed
	case s.path == "":
		if err := s.file.Close(); failed == nil {
			failed = err
		}
		return failed
	}
	err := s.file.Chmod(os.FileMode(s.may))
	if closing := s.file.Close(); err == nil {
		err = closing
	}
	if err == nil && failed == nil {
		err = os.Rename(s.file.Name(), s.path)
	}
	if failed == nil && err != nil {
		failed = fmt.Errorf("%s %s: %s", s.flag, s.path, unwritable(err))
	}
	if failed != nil {
		os.Remove(s.file.Name())
	}
	return failed
}

// print writes a report in the format that is asked for, where it is asked for.
func (p *Program) print(in report.Input, f openFlags) error {
	if f.format == "har" {
		return nil // which was written as the traffic came
	}
	return p.written(f, func(w io.Writer) error { return p.write(w, in, f, p.textOptions(f)) })
}

func (p *Program) written(f openFlags, write func(io.Writer) error) error {
	out, err := p.sink(&f)
	if err != nil {
		return err
	}
	return out.end(write(out))
}

func (p *Program) write(w io.Writer, in report.Input, f openFlags, opt report.Options) error {
	in.By = p.Name + " " + buildVersion()
	switch f.format {
	case "json":
		in.Expected = report.Judge(in, f.expect)
		return report.JSON(w, in)
	case "md":
		return report.Markdown(w, in)
	case "junit":
		return report.JUnit(w, in, report.Judge(in, f.expect))
	case "html":
		return report.HTML(w, in, report.Judge(in, f.expect))
	case "svg":
		return report.SVG(w, in)
	}
	return report.Text(w, in, opt)
}
