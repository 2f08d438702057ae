package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/ui/words"
)

// TestSnippet: lines to paste have a button that copies them as they are.
func TestSnippet(t *testing.T) {
	test.NewTempApp(t)
	const lines = "location /socket.io/ {\n\tproxy_pass http://127.0.0.1:3000;\n}\n"
	copied := ""
	text := words.Text{Parts: []words.Part{{Style: words.Item, Text: "nginx: pass Upgrade on"}, {Style: words.Code, Text: lines}}}
	list := segments(&text, &page{hears: &hears{}, copyText: func(s string) { copied = s }})
	if len(list) != 2 || list[1].Textual() != lines || list[1].Inline() {
		t.Fatalf("segments are %v", list)
	}
	press(list[1].Visual())
	if copied != lines {
		t.Errorf("copied %q", copied)
	}
	if want := "- nginx: pass Upgrade on\n\n    location /socket.io/ {\n    \tproxy_pass http://127.0.0.1:3000;\n    }\n\n"; text.Plain() != "\n"+want {
		t.Errorf("as text it is %q", text.Plain())
	}
}

// press taps every button in an object.
func press(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *button:
		test.Tap(o)
	case *fyne.Container:
		for _, c := range o.Objects {
			press(c)
		}
	case *sideways:
		press(o.Content)
	}
}
