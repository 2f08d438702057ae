package cli

import (
	"context"
	"strings"
	"testing"

	"sioscope/capture/dial"
	"sioscope/protocol/session"
)

// TestLiveIsBounded: where no more rows are kept that is said, once.
func TestLiveIsBounded(t *testing.T) {
	t.Parallel()
	c, err := dial.New(labURL(t, "single-node"), dial.Options{Until: dial.Decided})
	if err != nil {
		t.Fatal(err)
	}
	var out buffer
	l := &live{w: &out, tracker: &session.Tracker{Options: session.Options{KeepRows: true, MaxRows: 3}}}
	if err := c.Run(context.Background(), l.add); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Count(text, "3 packets were shown; those that come now") != 1 || strings.Count(text, "\n") != 4 {
		t.Errorf("it prints\n%s", text)
	}
}
