package plain_test

import (
	"testing"

	"sioscope/ui/plain"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"text stays", "héllo, 日本 🙂", "héllo, 日本 🙂"},
		{"control characters", "a\x00\n\x1b[31m\x7f\u0085", "a···[31m··"},
		{"direction", "a\u202eb\u2066c\u200f", "a·b·c·"},
		{"separators", "a\u2028b\ufeff", "a·b·"},
		{"not UTF-8", "a\xffb", "a·b"},
		{"joined emoji stay", "👩\u200d💻", "👩\u200d💻"},
	} {
		if got := plain.Text(tt.in); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
