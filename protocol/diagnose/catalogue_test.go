package diagnose

import (
	"slices"
	"testing"
)

func TestCatalogue(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	all := Causes(nil)
	for _, c := range all {
		if seen[c.ID] {
			t.Errorf("%s is there twice", c.ID)
		}
		seen[c.ID] = true
		if c.Title == "" || c.About == "" || len(c.Seen) == 0 || len(c.From) == 0 {
			t.Errorf("%s lacks title, what it is, what proves it, or from where", c.ID)
		}
		if !slices.Contains([]string{"certain", "likely", "possible"}, c.Best) {
			t.Errorf("%s: best confidence %q", c.ID, c.Best)
		}
		if got, ok := Explain(nil, c.ID); !ok || got.Title != c.Title {
			t.Errorf("%s cannot be explained", c.ID)
		}
	}
	for _, c := range all {
		if c.Within != "" && !seen[c.Within] {
			t.Errorf("%s is told as %s, which there is not", c.ID, c.Within)
		}
	}
	if _, ok := Explain(nil, "no-such-cause"); ok {
		t.Error("what there is not is explained")
	}
}
