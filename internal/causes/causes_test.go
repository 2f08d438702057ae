package causes

import (
	"bytes"
	"strings"
	"testing"

	"sioscope/protocol/session"
)

// TestConfusion holds the diagnosis against all that it is known of what was done.
func TestConfusion(t *testing.T) {
	t.Parallel()
	cases, err := All("../..")
	if err != nil {
		t.Fatal(err)
	}
	table := Tabulate(cases)
	var out bytes.Buffer
	if err := table.Write(&out); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + out.String())
	for i := range cases {
		c := &cases[i]
		if !c.Right() {
			t.Logf("%s: was %s, said %s (%s)", c, c.Row(), c.First, c.Confidence)
		}
		for _, id := range c.Wrong {
			t.Errorf("%s: was %s, and %s is said to be certain", c, c.Row(), id)
		}
	}
	if table.Share() < Target {
		t.Errorf("%.1f %% are right at first place, want %.0f %%", 100*table.Share(), 100*Target)
	}
	if table.Cases < 150 {
		t.Errorf("only %d cases were found", table.Cases)
	}
}

// TestTable: what is wrong is counted, and stands where it belongs.
func TestTable(t *testing.T) {
	t.Parallel()
	cases := []Case{
		{Name: "a", Truth: []string{"x"}, First: "x"},
		{Name: "b", Truth: []string{"x", "y"}, First: "y"},
		{Name: "c", Truth: []string{"x"}, First: "z", Wrong: []string{"z"}},
		{Name: "d", First: Healthy},
		{Name: "e", First: "z"},
	}
	table := Tabulate(cases)
	if table.Cases != 5 || table.Right != 3 || table.Certain != 1 || table.Share() != 0.6 {
		t.Errorf("%+v", table)
	}
	var out bytes.Buffer
	if err := table.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 = said: z", "(nothing wrong)      2      1    1", "x                    2      1    1", "y                    1      1    ·", "5 cases, 3 right at first place (60.0 %), 1 with a wrong certain verdict"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

// TestJudgeFindsWrong: a truth that is not told is not right, and what is certain then is wrong.
func TestJudgeFindsWrong(t *testing.T) {
	t.Parallel()
	list, err := ofStories("../../protocol/diagnose/testdata/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.Name == "server offers none" && !c.Right() {
			t.Errorf("%+v", c)
		}
	}
	c := Case{Truth: []string{"something-else"}}
	c.judge(&session.Tracker{})
	if c.Right() || c.First != Healthy {
		t.Errorf("%+v", c)
	}
}
