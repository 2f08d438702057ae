package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sioscope/internal/stories"
)

// TestStories plays the stories of testdata; see the package stories for how they are told.
func TestStories(t *testing.T) {
	t.Parallel()
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
			d := Diagnose(&st.Tracker)
			if got := said(d); got != s.Want {
				t.Errorf("%s: said %q\nwant %q\n%s", s.File, got, s.Want, d.Verdict.Summary)
			}
			if s.Confidence != "" && (len(d.Findings) == 0 || d.Findings[0].Confidence != s.Confidence) {
				t.Errorf("the first finding is not %s: %+v", s.Confidence, d.Findings)
			}
			checkFindings(t, d)
			checkWords(t, d, s.Words, s.Not)
			if strings.Contains(s.Name, "token") && !strings.Contains(d.Findings[0].Evidence[0].Unmasked, "geheim") {
				t.Error("who asks for secrets does not get them")
			}
		})
	}
}

func said(d Diagnosis) string {
	var ids []string
	for _, f := range d.Findings {
		ids = append(ids, f.ID+"/"+f.Severity.String())
	}
	return strings.TrimSpace(string(d.Verdict.State) + ": " + strings.Join(ids, ", "))
}

func checkWords(t *testing.T, d Diagnosis, words, not []string) {
	v := d.Verdict
	text := v.Summary + "\n" + v.Title + "\n" + v.Cause + fmt.Sprintf("\nhealthy: %v", v.Healthy)
	for _, f := range d.Findings {
		text += "\n" + f.Title
		if v.State == StateWebSocket && f.Severity != Info && len(f.Sessions) > 0 && !strings.Contains(v.Title, ", but ") {
			t.Errorf("all is well says %q, and %q says otherwise", v.Title, f.Title)
		}
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the verdict lacks %q:\n%s", w, text)
		}
	}
	for _, w := range not {
		if strings.Contains(text, w) {
			t.Errorf("the verdict says %q:\n%s", w, text)
		}
	}
}

// checkFindings holds what every finding owes its reader.
func checkFindings(t *testing.T, d Diagnosis) {
	for _, f := range d.Findings {
		if f.Title == "" || f.Explanation == "" || len(f.Evidence) == 0 {
			t.Errorf("%s lacks title, explanation or evidence", f.ID)
		}
		if f.Severity != Info && len(f.Fixes) == 0 && f.WouldTell == "" {
			t.Errorf("%s says neither what to do nor what would tell", f.ID)
		}
		for _, e := range f.Evidence {
			if e.Time == 0 || e.Text == "" || strings.Contains(e.Text, "geheim") {
				t.Errorf("%s: evidence %+v", f.ID, e)
			}
		}
		if !slices.Contains([]string{"certain", "likely", "possible"}, f.Confidence) {
			t.Errorf("%s: confidence %q", f.ID, f.Confidence)
		}
	}
	if d.Verdict.Title == "" || d.Verdict.Summary == "" {
		t.Error("the verdict says nothing")
	}
}
