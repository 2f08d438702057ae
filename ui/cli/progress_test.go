package cli

import (
	"bytes"
	"testing"
	"time"

	"sioscope/protocol/fact"
)

// TestProgress: nothing in the first second, then not more often than the eye follows, and nothing stays.
func TestProgress(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000, 0)
	var b bytes.Buffer
	g := &progress{w: &b, columns: 80, now: func() time.Time { return now }}
	g.start()
	for _, step := range []struct {
		after time.Duration
		done  int64
		want  string
	}{
		{900 * time.Millisecond, 1e6, ""},
		{1100 * time.Millisecond, 50e6, "\rreading [######..................]  25 %  50 of 200 MB, 25 MB/s\x1b[K"},
		{50 * time.Millisecond, 60e6, ""},
		{1950 * time.Millisecond, 200e6, "\rreading [########################] 100 %  200 of 200 MB, 50 MB/s\x1b[K"},
	} {
		now = now.Add(step.after)
		b.Reset()
		g.update(&fact.Stats{Done: step.done, Total: 200e6})
		if b.String() != step.want {
			t.Errorf("at %d bytes: got %q, want %q", step.done, b.String(), step.want)
		}
	}
	b.Reset()
	g.clear()
	g.clear()
	if b.String() != "\r\x1b[K" {
		t.Errorf("cleared with %q", b.String())
	}
}

func TestProgressOfAPipe(t *testing.T) {
	t.Parallel()
	got := progressText(&fact.Stats{Packets: 3400, Done: 12e6}, 4*time.Second)
	if want := "reading  3400 packets, 12.0 MB, 3.0 MB/s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestProgressElsewhere: a log or a narrow terminal gets no bar.
func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{0, 40} {
		now := time.Unix(1_000, 0)
		var b bytes.Buffer
		g := &progress{w: &b, columns: columns, now: func() time.Time { return now }}
		g.start()
		now = now.Add(time.Minute)
		g.update(&fact.Stats{Done: 1, Total: 2})
		g.clear()
		if b.Len() > 0 {
			t.Errorf("%d columns: drew %q", columns, b.String())
		}
	}
}
