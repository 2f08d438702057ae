package diagnose_test

import (
	"slices"
	"testing"

	"sioscope/assets"
	"sioscope/internal/stories"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
)

func japanese(t *testing.T) lang.Words {
	t.Helper()
	words, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// TestStoriesInJapanese: nothing that a diagnosis says is said past the catalogue, and the language changes no finding.
func TestStoriesInJapanese(t *testing.T) {
	t.Parallel()
	words := japanese(t)
	all, err := stories.Read("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			st, err := s.Play()
			if err != nil {
				t.Fatal(err)
			}
			d, english := diagnose.In(words, &st.Tracker), diagnose.Diagnose(&st.Tracker)
			for _, left := range langtest.Left(&d) {
				t.Error(left)
			}
			if !slices.EqualFunc(d.Findings, english.Findings, func(a, b diagnose.Finding) bool {
				return a.ID == b.ID && a.Severity == b.Severity && a.Confidence == b.Confidence && len(a.Fixes) == len(b.Fixes)
			}) {
				t.Error("the language changes what is found")
			}
			if d.Verdict.State != english.Verdict.State || d.Verdict.Lead != english.Verdict.Lead {
				t.Errorf("the verdict is %s, %s; want %s, %s", d.Verdict.State, d.Verdict.Lead, english.Verdict.State, english.Verdict.Lead)
			}
		})
	}
}

// TestCausesInJapanese is the same for the causes that are told without a capture.
func TestCausesInJapanese(t *testing.T) {
	t.Parallel()
	for _, f := range diagnose.Families(japanese(t)) {
		all := []string{f.Name}
		for _, c := range f.Causes {
			all = append(append(append(all, c.Title, c.About), c.Seen...), c.Unlike...)
			for _, fix := range c.Fixes {
				all = append(all, fix.Text)
			}
		}
		for _, left := range langtest.LeftOf(all) {
			t.Error(left)
		}
	}
}
