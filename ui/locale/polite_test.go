package locale

import (
	"regexp"
	"strings"
	"testing"

	"sioscope/protocol/lang/langtest"
)

// polite and plain are how a Japanese sentence ends, before the blanks, verbs and quotation marks that may follow.
var (
	polite = regexp.MustCompile(`(です|ます|ません|でした|ました|ください|でしょう|ましょう)$`)
	plain  = regexp.MustCompile(`([^おや]ない|なかった|だった|である|すること|[いえきけげしせてでねべめりれっ]た|[んい]だ|(す|い|あ|え|き|け|せ|て|な|べ|め|り|れ|わか|入|切|返|通|残|送)る|話す|示す|使う|行う|消す|書く|続く|開く|届く|読む|出る)$`)
	ending = regexp.MustCompile(`[\s」]*(%(\[\d\])?[dqsv])?\s*$`)
	aside  = regexp.MustCompile(`（[^（）]*）`)
)

// TestNoTextMixesPoliteAndPlainJapanese holds that a whole sentence is polite (です, ます), and that where one part of a text
// is, no other part of it is plain. Labels, titles and the lines of lists, which are plain throughout, may be.
func TestNoTextMixesPoliteAndPlainJapanese(t *testing.T) {
	t.Parallel()
	for english, japanese := range Words("ja") {
		sentences := strings.HasSuffix(japanese, "。")
		var roughly []string
		for _, part := range strings.FieldsFunc(aside.ReplaceAllString(japanese, ""), func(r rune) bool { return r == '。' || r == '：' }) {
			part = ending.ReplaceAllString(part, "")
			sentences = sentences || polite.MatchString(part)
			if plain.MatchString(part) && !polite.MatchString(part) {
				roughly = append(roughly, part)
			}
		}
		if sentences && len(roughly) > 0 {
			t.Errorf("%q: %q is said beside what is polite, in %q", english, roughly, japanese)
		}
	}
}

// TestNoTextHasBlanksAmongJapanese: those beside an argument are left out by lang where the argument is Japanese.
func TestNoTextHasBlanksAmongJapanese(t *testing.T) {
	t.Parallel()
	for english, japanese := range Words("ja") {
		if strings.HasPrefix(japanese, " ") && !strings.HasPrefix(english, " ") {
			t.Errorf("%q: a blank begins %q", english, japanese)
		}
		if stray := langtest.Stray(japanese); stray != "" {
			t.Errorf("%q: a blank in %q of %q", english, stray, japanese)
		}
	}
}
