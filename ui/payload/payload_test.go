package payload

import (
	"slices"
	"strings"
	"testing"
)

func texts(lines []Line) []string {
	var s []string
	for _, l := range lines {
		s = append(s, l.Text)
	}
	return s
}

func TestPretty(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"event", `2["a",{"b":1}]`, 40, []string{"2", "[", `  "a",`, "  {", `    "b": 1`, "  }", "]"}},
		{"namespace and id", `2/chat,12["a"]`, 40, []string{"2/chat,12", "[", `  "a"`, "]"}},
		{"object", `{"a":[]}`, 40, []string{"{", `  "a": []`, "}"}},
		{"no JSON", "probe", 40, []string{"probe"}},
		{"broken JSON", `2["a"`, 40, []string{`2["a"`}},
		{"long line is cut", strings.Repeat("x", 50), 20, []string{strings.Repeat("x", 20), strings.Repeat("x", 20), strings.Repeat("x", 10)}},
		{"wide characters count twice", strings.Repeat("日", 15), 20, []string{strings.Repeat("日", 10), strings.Repeat("日", 5)}},
		{"control characters", "a\x00b\tc", 40, []string{"a·b c"}},
		{"empty", "", 40, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := texts(Pretty([]byte(tt.in), tt.width)); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFolded(t *testing.T) {
	t.Parallel()
	lines := Pretty([]byte(`["a",{"b":1},2]`), 40)
	got := Folded(lines, map[int]bool{2: true})
	if want := []int{0, 1, 2, 5, 6}; !slices.Equal(got, want) {
		t.Errorf("got %v of %q, want %v", got, texts(lines), want)
	}
}

func TestHex(t *testing.T) {
	t.Parallel()
	got := texts(Hex([]byte("4\x00hello world"), 8))
	want := []string{"000000  34 00 68 65 6c 6c 6f 20  4.hello ", "000008  77 6f 72 6c 64           world"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLinesAreBounded(t *testing.T) {
	t.Parallel()
	if n := len(Text(strings.Repeat("x\n", MaxLines+5), 40)); n != MaxLines+1 {
		t.Errorf("%d lines, want %d", n, MaxLines+1)
	}
}

func FuzzPretty(f *testing.F) {
	f.Add([]byte(`2["a",{"b":[1,2]}]`), 30)
	f.Add([]byte("\xff\xfe[{"), 0)
	f.Fuzz(func(t *testing.T, p []byte, width int) {
		width = min(max(width, 0), 200)
		lines := Pretty(p, width)
		for i, l := range lines {
			if l.Ends != 0 && (l.Ends <= i || l.Ends >= len(lines)) {
				t.Fatalf("line %d of %d ends at %d", i, len(lines), l.Ends)
			}
			if n := len([]rune(l.Text)); n > max(width, 20)+1 && n > 60 {
				t.Fatalf("line of %d characters, width %d", n, width)
			}
		}
		Folded(lines, map[int]bool{0: true})
	})
}
