package ui

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
	"sioscope/ui/walk"
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
		{"サーバーは WebSocket を待つ", 15, "サーバーは", "WebSocket を待つ"},
		{"サーバーは WebSocket を待つ", 17, "サーバーは WebSocket を", "待つ"},
		{"これは 1 つのノード", 5, "これは", "1 つのノード"},
		{"送った sid が 400 Session になる", 13, "送った sid が 400", "Session になる"},
	} {
		first, rest := broken(tt.in, func(s string) bool { return utf8.RuneCountInString(s) <= tt.most })
		if first != tt.first || rest != tt.rest {
			t.Errorf("%s at %d: %q and %q, want %q and %q", tt.in, tt.most, first, rest, tt.first, tt.rest)
		}
	}
}

// TestNoLineBeginsWithAParticleBehindLatin: nor with what a number counts, at any width that has room for a word.
func TestNoLineBeginsWithAParticleBehindLatin(t *testing.T) {
	t.Parallel()
	const text = "sec 側は一部だけが WebSocket を使用（セッション 3 件中 2 件）、nginx-rr-v4 側ではセッションが途切れる。ロードバランサーが 1 つのセッションのリクエストを複数のノードに振り分けている：400 Session ID unknown。"
	for most := 14; most < 90; most++ {
		got := divided(text, func(s string) bool { return utf8.RuneCountInString(s) <= most })
		lines := strings.Split(got, "\n")
		for i, l := range lines {
			if n := utf8.RuneCountInString(l); n > most {
				t.Errorf("%d: a line has %d letters: %s", most, n, l)
			}
			if i == 0 {
				continue
			}
			before, _ := utf8.DecodeLastRuneInString(lines[i-1])
			first, _ := utf8.DecodeRuneInString(l)
			if !japanese(before) && unicode.Is(unicode.Hiragana, first) || unicode.IsDigit(before) && japanese(first) {
				t.Errorf("%d: a line begins with %c behind %c", most, first, before)
			}
		}
		whole := strings.NewReplacer(" ", "", "\n", "")
		if whole.Replace(got) != whole.Replace(text) {
			t.Errorf("%d: letters are lost: %s", most, got)
		}
	}
	if english := "Development is on WebSocket"; divided(english, func(string) bool { return false }) != english {
		t.Error("English is divided by Fyne")
	}
}

// TestWhereALineMayEndTakesNoRoom: the letter that says so is not seen.
func TestWhereALineMayEndTakesNoRoom(t *testing.T) {
	walk.App(t).Settings().SetTheme(look.Theme{Choice: look.Dark})
	const text = "ロードバランサーが接続ごとに別のノードへ送っている"
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
		plain := fyne.MeasureText(text, theme.TextSize(), style)
		if got := fyne.MeasureText(breakable(text), theme.TextSize(), style); got != plain {
			t.Errorf("%+v: %v wide, without %v", style, got, plain)
		}
	}
}
