package words_test

import (
	"strings"
	"testing"

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
