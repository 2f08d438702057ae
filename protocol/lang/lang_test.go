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
