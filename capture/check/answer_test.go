package check

import "testing"

// TestWhatIsFoundOutReadsBehindTheTitle: no experiment is answered with yes or no, and no two results of it alike.
func TestWhatIsFoundOutReadsBehindTheTitle(t *testing.T) {
	t.Parallel()
	for _, x := range trials(nil) {
		said := map[string]bool{"yes": true, "no": true, "some": true}
		for _, r := range [...]Result{Yes, No, Some, Unknown} {
			e := Experiment{ID: x.id, State: Done, Result: r}
			word := e.Word(nil)
			if said[word] {
				t.Errorf("%s: %s is said as %q", x.title, r, word)
			}
			said[word] = true
		}
	}
}
