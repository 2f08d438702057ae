package words_test

import (
	"strings"
	"testing"

	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/words"
)

// TestRowsWithoutRequests: of rows whose requests, sessions and connections made room, what is left is told, and nothing
// is made up.
func TestRowsWithoutRequests(t *testing.T) {
	t.Parallel()
	whole := writer(t)
	left := *whole.Tracker
	left.Exchanges, left.Sessions, left.Conns = nil, nil, nil
	w := words.Writer{Tracker: &left, Diagnosis: whole.Diagnosis}
	for i := range left.Rows {
		c, text := rows.Of(nil, &left, &left.Rows[i], rows.Times{Origin: left.First}), w.Row(int32(i))
		if plain := text.Plain(); c.Packet == "" || text.Title == "" || strings.Contains(plain, "invalid") || strings.Contains(plain, "number 0") {
			t.Errorf("row %d is told of as %+v, and explained:\n%s", i, c, plain)
		}
	}
}

// TestGivenUpIsNotSaidToWork: a session whose client left it because a poll reached another node did not stay on polling.
func TestGivenUpIsNotSaidToWork(t *testing.T) {
	t.Parallel()
	w := writer(t)
	s := w.Tracker.Sessions[0]
	said := func() string {
		text := w.Session(0)
		return text.Plain()
	}
	if plain := said(); s.Upgrade != session.UpgradeFailed || !strings.Contains(plain, "stayed on polling") {
		t.Fatalf("a session that stayed on polling is told so:\n%s", plain)
	}
	for _, e := range s.Exchanges {
		if e.Kind == session.Poll || e.Kind == session.Post {
			e.WrongNode, e.HasError = true, true
		}
	}
	if plain := said(); !strings.Contains(plain, "failed, and broke") {
		t.Errorf("one that broke is not:\n%s", plain)
	}
}
