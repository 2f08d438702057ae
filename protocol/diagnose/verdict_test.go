package diagnose

import "testing"

func TestHowManyAreSaidAsPeopleDo(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "the one session", 2: "both sessions", 3: "all 3 sessions"} {
		if got := ofAll(nil, n); got != want {
			t.Errorf("%d are said as %q, want %q", n, got, want)
		}
	}
}
