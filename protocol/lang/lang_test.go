package lang

import (
	"errors"
	"fmt"
	"testing"
)

func TestWords(t *testing.T) {
	t.Parallel()
	ja, err := Parse([]byte(`{"%s reached %s": "%[2]s に %[1]s が届いた", "%d session": "セッション %d 件", "%d connection is": "接続 %d 本が", ", ": "、", "close packet": "close パケット"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [...]struct{ got, want string }{
		{ja.S("%s reached %s", "a", "b"), "b に a が届いた"},
		{ja.S("not there: %d", 3), "not there: 3"},
		{ja.S("100 % sure"), "100 % sure"},
		{ja.Count(1, "session") + ja.Count(2, "session"), "セッション 1 件セッション 2 件"},
		{ja.Plural(2, "connection is", "connections are"), "接続 2 本が"},
		{Words(nil).S("%s reached %s", "a", "b"), "a reached b"},
		{Words(nil).N(1, "%s was refused", "%s were refused", "it"), "it was refused"},
		{Words(nil).N(2, "%s was refused", "%s were refused", "they"), "they were refused"},
		{Words(nil).List([]string{"a", "b"}), "a, b"},
		{ja.List([]string{"a", "b"}), "a、b"},
		{Words(nil).Clauses([]string{"a", "b", "c"}), "a; b; c"},
		{Words(nil).Clauses(nil) + ja.Clauses([]string{"a"}), "a"},
		{ja.Said(Mark("close packet")) + ja.Said("of another stage"), "close パケットof another stage"},
		{Words(nil).Count(1, "session"), "1 session"},
		{Words(nil).Count(0, "session"), "0 sessions"},
		{Words(nil).Plural(2, "connection is", "connections are"), "2 connections are"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if _, err := Parse([]byte(`["no object"]`)); err == nil {
		t.Error("a list was taken for a catalogue")
	}
}

// TestSentencesAboutErrors: a sentence is the error that it is about, too, and says it in its language.
func TestSentencesAboutErrors(t *testing.T) {
	t.Parallel()
	disk := errors.New("the disk is full")
	err := error(Say("%s was not written: %s", "x", disk))
	if !errors.Is(fmt.Errorf("saving: %w", err), disk) || err.Error() != "x was not written: the disk is full" {
		t.Errorf("%v is not about %v", err, disk)
	}
	ja := Words{"%s was not written: %s": "%s に書けない：%s", "the disk is full": "空きがない"}
	if got := ja.Told(err); got != "x に書けない：空きがない" {
		t.Errorf("it says %q", got)
	}
}

// TestAmounts: numbers of things have one form in every sentence; what is no amount stays as it is.
func TestAmounts(t *testing.T) {
	t.Parallel()
	ja := Words{"%d packet": "パケット %d 個", "%d of %s": "%[2]sのうち %[1]d 件"}
	for _, tt := range []struct{ got, want string }{
		{Words(nil).Count(326579, "packet"), "326\u00a0579 packets"},
		{Words(nil).Count(999, "packet"), "999 packets"},
		{ja.Count(1000, "packet"), "パケット 1\u00a0000 個"},
		{ja.S("%d of %s", Amount(12345), ja.Count(1234567, "packet")), "パケット 1\u00a0234\u00a0567 個のうち 12\u00a0345 件"},
		{Say("%d refused on port %d", Amount(5000), 48636).In(nil), "5\u00a0000 refused on port 48636"},
		{Number(-1234567), "-1\u00a0234\u00a0567"}, {Number(-123), "-123"}, {Number(0), "0"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// TestJapaneseHasNoBlanksAmongItself: they stand beside what is of another script alone, whatever an argument is.
func TestJapaneseHasNoBlanksAmongItself(t *testing.T) {
	t.Parallel()
	ja := Words{
		"%s of silence": "%s の無通信", "%s for %s": "%[2]s の間 %[1]s が待機", "of %s": "応答は %s", "%d session": "セッション %d 件", "done": "完 了",
		"%.1f s": "%.1f 秒", "%d %% of %s": "%[2]s の %[1]d %%", "%s, %s": "%s、%s",
	}
	for _, tt := range []struct{ got, want string }{
		{ja.S("%s of silence", "2.0 秒"), "2.0 秒の無通信"},
		{ja.S("%s of silence", "60 ms"), "60 ms の無通信"},
		{ja.S("%s for %s", "開発", ja.S("%.1f s", 1.5)), "1.5 秒の間開発が待機"},
		{ja.S("%s for %s", "A", "60 ms"), "60 ms の間 A が待機"},
		{ja.S("of %s", "応答なし（本文）"), "応答は応答なし（本文）"},
		{ja.S("of %s", "「日本 語」"), "応答は「日本 語」"},
		{ja.S("of %s", "200"), "応答は 200"},
		{ja.S("of %s", ""), "応答は "},
		{ja.S("%d %% of %s", 40, ja.Count(2, "session")), "セッション 2 件の 40 %"},
		{ja.S("%s, %s", "日本 語", "x 語"), "日本 語、x 語"},
		{ja.S("done"), "完 了"},
		{Words(nil).S("of %s", "応答"), "of 応答"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func BenchmarkSaidInJapanese(b *testing.B) {
	ja := Words{"%s for %s": "%[2]s の間 %[1]s が待機"}
	for b.Loop() {
		ja.S("%s for %s", "開発", "60 ms")
	}
}
