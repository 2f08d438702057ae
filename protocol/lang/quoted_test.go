package lang

import "testing"

func TestQuotedHasNoBackslashThatNobodySent(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Session ID unknown":      `"Session ID unknown"`,
		`<html lang="en">`:        `“<html lang="en">”`,
		"a\x1b[2Jb":               `"a\x1b[2Jb"`,
		"\"two\"\nlines":          `“"two"\nlines”`,
		"":                        `""`,
		`{"code":1,"message":""}`: `“{"code":1,"message":""}”`,
	} {
		if got := Quoted(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}
