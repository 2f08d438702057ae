package ui

import (
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
)

func TestLinesOfJapaneseEndWhereTheyMay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"WebSocket is in use": "WebSocket is in use",
		"接続した。":               "接|続|し|た。",
		"「接続」の（例）を":           "「接|続」|の|（例）|を",
		"サーバーは WebSocket を待つ": "サー|バー|は WebSocket を|待|つ",
		"チャット…":               "チャッ|ト…",
		"400：なし":              "400：|な|し",
		"接続abc を":             "接|続|abc を",
	} {
		if got := strings.ReplaceAll(breakable(in), string(breakHere), "|"); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestASentenceIsDividedWhereItFits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in          string
		most        int
		first, rest string
	}{
		{"one two three", 8, "one two", "three"},
		{"onetwothree", 4, "onetwothree", ""},
		{"接続が切れた。また", 7, "接続が切れた。", "また"},
		{"接続が切れた。また", 6, "接続が切れ", "た。また"},
		{"サーバーは WebSocket を待つ", 12, "サーバーは", "WebSocket を待つ"},
	} {
		first, rest := broken(tt.in, func(s string) bool { return utf8.RuneCountInString(s) <= tt.most })
		if first != tt.first || rest != tt.rest {
			t.Errorf("%s at %d: %q and %q, want %q and %q", tt.in, tt.most, first, rest, tt.first, tt.rest)
		}
	}
}

// TestWhereALineMayEndTakesNoRoom: the letter that says so is not seen.
func TestWhereALineMayEndTakesNoRoom(t *testing.T) {
	test.NewApp().Settings().SetTheme(look.Theme{Choice: look.Dark})
	const text = "ロードバランサーが接続ごとに別のノードへ送っている"
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
		plain := fyne.MeasureText(text, theme.TextSize(), style)
		if got := fyne.MeasureText(breakable(text), theme.TextSize(), style); got != plain {
			t.Errorf("%+v: %v wide, without %v", style, got, plain)
		}
	}
}
