package check

import (
	"testing"

	"sioscope/assets"
	"sioscope/internal/lab"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
)

// TestLabInJapanese: what experiments ask and tell, and what they add to a diagnosis, is said through the catalogue, and
// the language changes no result.
func TestLabInJapanese(t *testing.T) {
	t.Parallel()
	words, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fault, first string
	}{
		{lab.PerRequest, "no-affinity-per-request"}, {lab.CookieAffinity, "sticky-cookie-not-returned"}, {lab.UpgradeStripped, "upgrade-header-stripped"},
		{lab.PollingOnly, "server-offers-no-upgrade"}, {lab.Forbidden, "connection-forbidden"}, {lab.HandshakeCached, "handshake-cached"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			l, err := lab.Start(lab.Options{Clients: -1, Faults: []string{tt.fault}})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			c, d, _ := carryOut(t, l.URL(), Options{Words: words})
			if d.Find(tt.first) == nil {
				t.Errorf("%s was not found, but %v", tt.first, ids(d))
			}
			for _, left := range langtest.Left(&d) {
				t.Error(left)
			}
			for _, e := range c.Experiments() {
				all := []string{e.Title, e.Question}
				if e.Tells != "" {
					all = append(all, e.Tells)
				}
				if e.Reason != "" {
					all = append(all, e.Reason)
				}
				for _, left := range langtest.LeftOf(all) {
					t.Errorf("%s: %s", e.ID, left)
				}
			}
		})
	}
}
