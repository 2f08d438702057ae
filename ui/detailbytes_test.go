package ui

import (
	"strings"
	"testing"
)

func TestMaskedBytesStandWhereTheyWereSent(t *testing.T) {
	d := newDetail(nil, &hears{}, func(string) {}, nil)
	for _, tt := range []struct {
		data string
		auth bool
	}{
		{`0{"token":"gehe*m-9f8e","n":11211}`, true},
		{`0/admin,{"key":"geheim-9f8e7d6c","n":11211,"oth`, true}, // cut
		{`2["login",{"password":"geheim-9f8e7d6c"},"after"]`, false},
	} {
		d.data, d.auth, d.secrets = []byte(tt.data), tt.auth, false
		lines, before := d.hexLines(100)
		if before == 0 || !strings.Contains(lines[0].Text, "masked") {
			t.Errorf("%s: nothing says that bytes are masked: %q", tt.data, lines[0].Text)
		}
		d.secrets = true
		open, none := d.hexLines(100)
		if none != 0 || len(open) != len(lines)-before {
			t.Fatalf("%s: %d lines masked, %d as sent", tt.data, len(lines)-before, len(open))
		}
		for i, l := range lines[before:] {
			sent := open[i].Text
			if len(l.Text) != len(sent) {
				t.Errorf("%q is not as long as %q", l.Text, sent)
				continue
			}
			for j := range sent {
				if l.Text[j] != sent[j] && l.Text[j] != '*' {
					t.Errorf("%q tells bytes that are not in %q", l.Text, sent)
					break
				}
			}
		}
		if text := joined(lines); strings.Contains(text, "geh") || strings.Contains(text, "9f8") || strings.Contains(text, "11211") {
			t.Errorf("a secret is in\n%s", text)
		}
	}
}
