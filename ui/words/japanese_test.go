package words_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/words"
)

func japanese(t *testing.T) lang.Words {
	t.Helper()
	ja, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	return ja
}

// TestInJapanese: of every recording, each session, request and packet and all that was found is explained in Japanese,
// with nothing said past the catalogue.
func TestInJapanese(t *testing.T) {
	t.Parallel()
	ja := japanese(t)
	files, err := filepath.Glob("../../internal/recordings/testdata/*/capture.*")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			told := map[string]bool{} // most is said more than once
			for name, text := range explained(t, ja, file) {
				text.Parts = slices.DeleteFunc(text.Parts, func(p words.Part) bool {
					again := told[p.Text]
					told[p.Text] = true
					return again
				})
				for _, left := range left(&text) {
					t.Errorf("%s: %s", name, left)
				}
			}
		})
	}
}

// explained are all texts about a recording, by what they are about.
func explained(t *testing.T, ja lang.Words, file string) map[string]words.Text {
	t.Helper()
	tr := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	f := capture.Files{Inputs: []capture.Input{{Path: file}}}
	if keys := filepath.Join(filepath.Dir(file), "keys.log"); there(keys) {
		f.Keys = []string{keys}
	}
	if err := f.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	d := diagnose.In(ja, tr)
	w := words.Writer{Words: ja, Tracker: tr, Diagnosis: &d, Time: rows.Times{Origin: tr.First}.Long}
	if len(tr.Rows) == 0 {
		t.Error("there are no packets")
	}
	all := map[string]words.Text{"refused": w.Refused()}
	for i := range tr.Rows {
		all[fmt.Sprint("row ", i)] = w.Row(int32(i))
	}
	for i := range tr.Exchanges {
		all[fmt.Sprint("request ", i)] = w.Exchange(int32(i))
	}
	for _, w.Live = range [...]bool{false, true} {
		for _, w.Over = range [...]bool{false, true} {
			all[fmt.Sprint("findings, live ", w.Live, ", over ", w.Over)] = w.Findings()
			for i := range tr.Sessions {
				all[fmt.Sprint("session ", i, ", live ", w.Live, ", over ", w.Over)] = w.Session(int32(i))
			}
		}
	}
	return all
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// left is what of a text is in English. Names of packets are, and so is code.
func left(text *words.Text) []string {
	var prose []string
	if strings.Contains(text.Title, " ") {
		prose = append(prose, text.Title)
	}
	for _, p := range text.Parts {
		switch p.Style {
		case words.Code, words.Bad: // Bad quotes what the server said
		case words.Item:
			if langtest.English(p.Text) != "" {
				prose = append(prose, p.Text)
			}
		default:
			prose = append(prose, p.Text)
		}
	}
	return langtest.LeftOf(prose)
}

// TestOtherTextsInJapanese are those that no capture has.
func TestOtherTextsInJapanese(t *testing.T) {
	t.Parallel()
	ja := japanese(t)
	w := words.Writer{Words: ja, Tracker: &session.Tracker{}, Diagnosis: &diagnose.Diagnosis{}}
	for _, text := range []words.Text{words.Unreadable(ja, lang.Say("%s is no capture file", "x")), words.Denied(ja, lang.Say("%s is no capture file", "x"), "sudo chmod a+r x", "sudo cat x > y"), words.Checking(ja, "検査中"), words.Released(ja), w.Cancelled("検査を中止")} {
		for _, left := range left(&text) {
			t.Error(left)
		}
	}
}

// TestNowInJapanese: what a verdict says of a capture is said of what happens now, in Japanese too.
func TestNowInJapanese(t *testing.T) {
	t.Parallel()
	ja := japanese(t)
	for _, tt := range []struct{ of, now, over string }{
		{ja.S("No Socket.IO session in this capture"), "ここまでに Socket.IO のセッションはない", "Socket.IO のセッションはない"},
		{ja.S("the upgrade was under way when the capture ended"), "アップグレードの途中", "終了時にアップグレードの途中だった"},
		{ja.S("the capture is too short to tell why"), "まだ理由を判断できない", "短時間だったため、理由を判断できない"},
	} {
		if got := words.Now(ja, tt.of, false); got != tt.now {
			t.Errorf("%q is said as %q, want %q", tt.of, got, tt.now)
		}
		if got := words.Now(ja, tt.of, true); got != tt.over {
			t.Errorf("%q, over, is said as %q, want %q", tt.of, got, tt.over)
		}
	}
	for said, want := range map[string]string{"sid が不明": "sid が不明。", "the interface x is gone": "The interface x is gone."} {
		if got := words.Sentence(ja, said); got != want {
			t.Errorf("%q as a sentence is %q, want %q", said, got, want)
		}
	}
}
