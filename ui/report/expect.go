package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sioscope/protocol/diagnose"
)

// An Expectation is what --expect asks of everything that was seen. See Expectations for how it is written.
type Expectation struct {
	Text  string // as it is written: "upgrade<=500ms", "no:idle-timeout"
	about string // "websocket", "upgrade", "nodes", "reconnects" or "no"
	op    string // "<=", "<", ">=", ">", "=="; "" where there is none
	limit int64  // ns of an upgrade, else a count
	cause string // id, of "no"
}

// Expectations reads a list with commas: websocket, upgrade<=500ms, nodes>=2, reconnects<=1, no:CAUSE. Errors are one
// sentence that names the nearest right form.
func Expectations(list string) ([]Expectation, error) {
	var out []Expectation
	for _, word := range strings.Split(list, ",") {
		e, err := expectation(strings.Join(strings.Fields(word), ""))
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func expectation(text string) (Expectation, error) {
	e := Expectation{Text: text}
	if id, ok := strings.CutPrefix(text, "no:"); ok {
		e.about, e.cause = "no", id
		return e, knownCause(id)
	}
	at := strings.IndexAny(text, "<>=")
	if at < 0 {
		e.about = text
		return e, bare(text)
	}
	e.about = text[:at]
	rest := strings.TrimLeft(text[at:], "<>=")
	e.op = text[at : len(text)-len(rest)]
	if e.op == "=" {
		e.op = "=="
	}
	var err error
	switch e.about {
	case "upgrade":
		e.limit, err = timeLimit(e.op, rest)
	case "nodes", "reconnects":
		e.limit, err = countLimit(e.about, e.op, rest)
	case "websocket":
		err = errors.New("websocket takes no limit: every session has to be on it; want websocket alone")
	default:
		err = unknownExpectation(e.about)
	}
	return e, err
}

// bare says what is wrong with an expectation that has no limit.
func bare(text string) error {
	switch text {
	case "websocket":
		return nil
	case "upgrade":
		return errors.New("upgrade needs a limit, as in upgrade<=500ms")
	case "nodes":
		return errors.New("nodes needs a number, as in nodes>=2")
	case "reconnects":
		return errors.New("reconnects needs a number, as in reconnects<=1")
	case "no":
		return errors.New("no needs the id of a cause, as in no:idle-timeout")
	}
	return unknownExpectation(text)
}

func unknownExpectation(text string) error {
	forms := []string{"websocket", "upgrade<=500ms", "nodes>=2", "reconnects<=1", "no:CAUSE"}
	for _, f := range forms[:4] {
		word, _, _ := strings.Cut(strings.ReplaceAll(f, ">", "<"), "<")
		if text != "" && distance(strings.ToLower(text), word) <= 3 {
			return fmt.Errorf("%q is no expectation; did you mean %s?", text, f)
		}
	}
	if slices.Contains(causeIDs(), text) {
		return fmt.Errorf("%q is a cause; to expect that it is not found: no:%s", text, text)
	}
	return fmt.Errorf("%q is no expectation; there are %s", text, strings.Join(forms, ", "))
}

func timeLimit(op, text string) (int64, error) {
	const form = "want upgrade<=500ms or upgrade<2s"
	if op != "<=" && op != "<" {
		return 0, fmt.Errorf("upgrade%s%s: an upgrade has a longest time; %s", op, text, form)
	}
	digits := strings.TrimRight(text, "µmsun")
	unit, known := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second}[text[len(digits):]]
	n, err := strconv.ParseFloat(digits, 64)
	switch {
	case err == nil && text == digits:
		return 0, fmt.Errorf("upgrade%s%s has no unit; want upgrade%s%sms or upgrade%s%ss", op, text, op, text, op, text)
	case err != nil || !known || !(n > 0 && n <= 1e6):
		return 0, fmt.Errorf("upgrade%s%s: %s", op, text, form)
	}
	return int64(n * float64(unit)), nil
}

func countLimit(about, op, text string) (int64, error) {
	form := map[string]string{"nodes": "nodes>=2 or nodes==1", "reconnects": "reconnects<=1 or reconnects==0"}[about]
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 || !slices.Contains([]string{"<=", "<", ">=", ">", "=="}, op) {
		return 0, fmt.Errorf("%s%s%s: want %s", about, op, text, form)
	}
	if op == "<" && n == 0 || about == "nodes" && (op == "==" || op == "<=") && n == 0 || about == "nodes" && op == "<" && n == 1 {
		return 0, fmt.Errorf("%s%s%s can never be true; want %s", about, op, text, form)
	}
	return n, nil
}

// holds compares what was seen to the limit.
func (e *Expectation) holds(seen int64) bool {
	switch e.op {
	case "<=":
		return seen <= e.limit
	case "<":
		return seen < e.limit
	case ">=":
		return seen >= e.limit
	case ">":
		return seen > e.limit
	}
	return seen == e.limit
}

// atLeast says whether more than was seen would do, too: then what is not seen cannot make it untrue.
func (e *Expectation) atLeast() bool { return strings.HasPrefix(e.op, ">") }

// causeIDs are the ids that findings can have.
func causeIDs() []string {
	var ids []string
	for _, c := range diagnose.Causes(nil) {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

func knownCause(id string) error {
	ids := causeIDs()
	if slices.Contains(ids, id) {
		return nil
	}
	if id == "" {
		return bare("no")
	}
	best, nearest := len(id), ""
	for _, other := range ids {
		if n := distance(strings.ToLower(id), other); n < best {
			best, nearest = n, other
		}
	}
	for _, other := range ids { // a part of the name is more telling than a likeness
		if len(id) >= 4 && strings.Contains(other, strings.ToLower(id)) {
			nearest = other
			break
		}
	}
	if nearest == "" {
		return fmt.Errorf("no:%s: there is no cause of that name; there are %s", id, strings.Join(ids, ", "))
	}
	return fmt.Errorf("no:%s: there is no cause of that name; did you mean no:%s?", id, nearest)
}

// distance is how many letters have to be changed, added or left out to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
