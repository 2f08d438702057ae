package plain

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLinesOfJapaneseEndWhereTheyMay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"WebSocket is in use": "WebSocket| is| in| use",
		"接続した。":               "接|続|し|た。",
		"「接続」の（例）を":           "「接|続」|の|（例）|を",
		"サーバーは WebSocket を待つ": "サー|バー|は| WebSocket を|待|つ",
		"チャット…":               "チャッ|ト…",
		"400：なし":              "400：|な|し",
		"接続abc を":             "接|続|abc を",
		"abc（例）":              "abc|（例）",
	} {
		all, _ := places(in, func(string) bool { return true })
		for i := len(all) - 1; i >= 0; i-- {
			in = in[:all[i]] + "|" + in[all[i]:]
		}
		if in != want {
			t.Errorf("got %s, want %s", in, want)
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
		{"接続が切れた。また", 6, "接続が", "切れた。また"},
		{"接続接続接続", 4, "接続接続", "接続"},
		{"ロードバランサーが接続ごとに", 12, "ロードバランサーが", "接続ごとに"},
		{"読み取り、振り分ける", 7, "読み取り、", "振り分ける"},
		{"WebSocket に移ろうとしてポーリングのままになったセッション。", 30, "WebSocket に移ろうとしてポーリングのままになった", "セッション。"},
		{"サーバーは WebSocket を待つ", 12, "サーバーは", "WebSocket を待つ"},
		{"サーバーは WebSocket を待つ", 15, "サーバーは", "WebSocket を待つ"},
		{"サーバーは WebSocket を待つ", 17, "サーバーは WebSocket を", "待つ"},
		{"これは 1 つのノード", 5, "これは", "1 つのノード"},
		{"送った sid が 400 Session になる", 13, "送った sid が 400", "Session になる"},
	} {
		first, rest := Break(tt.in, func(s string) bool { return utf8.RuneCountInString(s) <= tt.most })
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
		got := Lines(text, func(s string) bool { return utf8.RuneCountInString(s) <= most })
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
	if english := "Development is on WebSocket"; Lines(english, func(string) bool { return false }) != english {
		t.Error("English is divided by Fyne")
	}
}

// TestNoLineBeginsWithWhatEndsOne: at any width, nor ends with what opens, and few lines begin within a word.
func TestNoLineBeginsWithWhatEndsOne(t *testing.T) {
	t.Parallel()
	const text = "応答したノードはこのセッションを知りません（「Session ID unknown」）。別のノードが sid を発行したか、セッションが終わっていたか、プロセスが再起動しました。ファイルをドロップすることもでき、2 つなら比較もできます（ファイル > 比較…）。"
	for most := 12; most < 60; most++ {
		got := Lines(text, func(s string) bool { return utf8.RuneCountInString(s) <= most })
		lines := strings.Split(got, "\n")
		for i, l := range lines[1:] {
			first, _ := utf8.DecodeRuneInString(l)
			last, _ := utf8.DecodeLastRuneInString(lines[i])
			if strings.ContainsRune(hanging, first) || strings.ContainsRune(openers, last) {
				t.Errorf("%d: %q is followed by %q", most, lines[i], l)
			}
			if most > 20 && unicode.Is(unicode.Katakana, first) && (unicode.Is(unicode.Katakana, last) || last == 'ー') {
				t.Errorf("%d: a word is in two lines: %q, %q", most, lines[i], l)
			}
		}
	}
	if got, want := Lines("of 546\u00a0596 packets", func(s string) bool { return utf8.RuneCountInString(s) <= 8 }), "of\n546\u00a0596\npackets"; got != want {
		t.Errorf("a number is divided: %q, want %q", got, want)
	}
}
