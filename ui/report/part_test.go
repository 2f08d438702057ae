package report

import (
	"bytes"
	"image/png"
	"io"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/timeline"
)

// chosen is the report's input on one session of a recording, and on all.
func chosen(t *testing.T, name string, i int) (part, whole Input) {
	t.Helper()
	tr := recorded(t, name)
	whole = Input{Tracker: tr, Diagnosis: diagnose.Diagnose(tr), Source: name}
	return whole.Part(Chosen{Sessions: map[*session.Session]bool{tr.Sessions[i]: true}, Name: "one session"}), whole
}

// TestPart: a report of one session counts and lists it alone, with the findings of the whole that touch it, also those
// that it alone does not prove, and says so.
func TestPart(t *testing.T) {
	t.Parallel()
	in, whole := chosen(t, "node-restart", 0)
	other := whole.Sessions[len(whole.Sessions)-1].SID
	for name, write := range map[string]func(io.Writer, Input) error{
		"text":     func(w io.Writer, in Input) error { return Text(w, in, Options{Width: 400}) },
		"JSON":     JSON,
		"markdown": Markdown,
		"page":     func(w io.Writer, in Input) error { return HTML(w, in, nil) },
	} {
		var b bytes.Buffer
		if err := write(&b, in); err != nil {
			t.Fatal(err)
		}
		for _, has := range []string{"node-restarted", "This is of 1 session of 4 sessions", whole.Sessions[0].SID} {
			if !strings.Contains(b.String(), has) {
				t.Errorf("%s lacks %q", name, has)
			}
		}
		if strings.Contains(b.String(), other) {
			t.Errorf("%s has the session %s that was not chosen", name, other)
		}
	}
	if d := in.Diagnosis; d.Census.Sessions != 1 || d.Verdict.State != diagnose.StateWebSocket || len(d.Findings) == 0 {
		t.Errorf("the diagnosis is %+v", d)
	}
	if anew := diagnose.Diagnose(in.Tracker); len(anew.Findings) > 0 {
		t.Error("the session alone proves it: this test needs another recording")
	}
	if len(whole.Diagnosis.Findings[0].Sessions) < 2 || in.First < whole.First || in.Last > whole.Last {
		t.Error("the whole was changed, or the part goes beyond it")
	}
}

// TestPartOfHealthy: a session that nothing touches has no findings of others.
func TestPartOfHealthy(t *testing.T) {
	t.Parallel()
	in, _ := chosen(t, "direct-v4", 1)
	if d := in.Diagnosis; !d.Verdict.Healthy || d.Census.WebSocket != 1 || !strings.Contains(d.Verdict.Title, "WebSocket") {
		t.Errorf("the verdict is %+v", d.Verdict)
	}
}

func drawing(t *testing.T, width int) Drawing {
	t.Helper()
	fonts, err := timeline.NewFonts(goregular.TTF, gobold.TTF, gomono.TTF)
	if err != nil {
		t.Fatal(err)
	}
	return Drawing{Width: width, Palette: timeline.Light(), Fonts: fonts}
}

// TestPNG: the picture is as wide as it was asked for, and has the words that the SVG has, without secrets.
func TestPNG(t *testing.T) {
	t.Parallel()
	_, in := chosen(t, "namespaces", 0)
	in.Diagnosis.Verdict.Cause = "token=secret-token-1234 was refused"
	for _, width := range []int{LeastWidth, 1920, 7680} {
		var b bytes.Buffer
		if err := PNG(&b, in, drawing(t, width)); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil || img.Bounds().Dx() != width || img.Bounds().Dy() < 200 {
			t.Errorf("at %d: %v, %v", width, img.Bounds(), err)
		}
	}
	scenes, err := in.scenes(drawing(t, 1920))
	if err != nil || len(scenes) != 3 {
		t.Fatal(len(scenes), err)
	}
	text := ""
	for _, sc := range scenes {
		for _, s := range sc.Shapes {
			text += s.Text + "\n"
		}
	}
	if strings.Contains(text, "secret-token") || !strings.Contains(text, "was refused") || !strings.Contains(text, in.Sessions[0].SID) {
		t.Error(text)
	}
	if err := PNG(io.Discard, in, drawing(t, MostWidth+1)); err == nil || !strings.Contains(err.Error(), "600 to 16000 pixels wide") {
		t.Errorf("a picture of any size: %v", err)
	}
}
