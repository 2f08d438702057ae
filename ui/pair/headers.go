package pair

import (
	"fmt"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// Mark says how the two values of a Field are to each other.
type Mark uint8

const (
	Alike   Mark = iota
	Varies       // they differ, as they do from one request to the next: a date, a key, a sid
	Differs      // they differ
	Lacking      // one side has none
)

// A Field is a header field, or the first line, of the request or the answer of either side.
type Field struct {
	First  bool      // it is a first line, and names the request or the answer
	Name   string    // "" of a first line
	Values [2]string // secrets masked; "" where the side has none
	Has    [2]bool
	Mark   Mark
}

// Fields are the heads of two requests and of their answers, field by field. Either may be nil. Whether secrets differ is
// told also where they are masked.
func Fields(trackers [2]*session.Tracker, es [2]*session.Exchange, r redact.Redactor) []Field {
	var requests, answers [2][]field
	begin := [2]Field{{First: true}, {First: true}}
	for i, e := range es {
		if e == nil {
			continue
		}
		requests[i], answers[i] = fieldsOf(trackers[i].Payload(e.RequestHead)), fieldsOf(trackers[i].Payload(e.ResponseHead))
		if e.Method != "" {
			begin[0].Values[i], begin[0].Has[i] = e.Method+" "+r.Target(e.Target), true
		}
		if e.Status != 0 {
			begin[1].Values[i], begin[1].Has[i] = strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Reason)), true
		}
	}
	for i := range begin {
		if begin[i].Has == [2]bool{true, true} && differ(es, i) {
			begin[i].Mark = Differs
		}
	}
	out := append([]Field{begin[0]}, held(begin[0], merge(requests, r))...)
	return append(append(out, begin[1]), held(begin[1], merge(answers, r))...)
}

// differ says whether two requests ask for different things, or their answers are different ones. What is in a query is
// told elsewhere: it has the sid.
func differ(es [2]*session.Exchange, answers int) bool {
	a, b := es[0], es[1]
	if answers == 1 {
		return a.Status != b.Status
	}
	return a.Method != b.Method || a.Path != b.Path
}

// held are fields that are marked where both sides have what they belong to: else there is nothing that one lacks.
func held(begin Field, list []Field) []Field {
	if begin.Has != [2]bool{true, true} {
		for i := range list {
			list[i].Mark = Alike
		}
	}
	return list
}

type field struct{ name, value string }

func fieldsOf(head []byte) (list []field) {
	fact.Header(head).Each(func(name, value []byte) bool {
		list = append(list, field{string(name), string(value)})
		return true
	})
	return list
}

// merge has the fields in the order of the first side. What only the second has stands behind what stands before it there.
func merge(sides [2][]field, r redact.Redactor) []Field {
	a, b := sides[0], sides[1]
	used := make([]bool, len(b))
	var out []Field
	next := 0
	only := func(end int) {
		for ; next < end; next++ {
			if !used[next] && !has(a, b[next].name) {
				used[next] = true
				out = append(out, Field{Name: b[next].name, Values: [2]string{1: r.Header(b[next].name, b[next].value)}, Has: [2]bool{1: true}, Mark: Lacking})
			}
		}
	}
	for _, f := range a {
		n := Field{Name: f.name, Values: [2]string{r.Header(f.name, f.value)}, Has: [2]bool{true}, Mark: Lacking}
		if i := find(b, used, f.name); i >= 0 {
			only(i)
			used[i] = true
			n.Values[1], n.Has[1] = r.Header(b[i].name, b[i].value), true
			n.Mark = mark(f.name, f.value, b[i].value)
		}
		out = append(out, n)
	}
	only(len(b))
	for i, f := range b {
		if !used[i] { // it has that name more often than the first side
			out = append(out, Field{Name: f.name, Values: [2]string{1: r.Header(f.name, f.value)}, Has: [2]bool{1: true}, Mark: Lacking})
		}
	}
	return out
}

func find(list []field, used []bool, name string) int {
	for i, f := range list {
		if !used[i] && strings.EqualFold(f.name, name) {
			return i
		}
	}
	return -1
}

func has(list []field, name string) bool { return find(list, make([]bool, len(list)), name) >= 0 }

// varying are fields whose values say nothing about a service: they differ between any two requests, or hosts.
var varying = map[string]bool{"date": true, "etag": true, "host": true, "sec-websocket-key": true, "sec-websocket-accept": true,
	"content-length": true, "referer": true, "age": true, "x-request-id": true, "traceparent": true, "cf-ray": true}

func mark(name, a, b string) Mark {
	switch {
	case a == b:
		return Alike
	case varying[strings.ToLower(name)]:
		return Varies
	case strings.EqualFold(name, "connection") && tokens(a) == tokens(b), strings.EqualFold(name, "upgrade") && strings.EqualFold(a, b):
		return Alike
	case strings.EqualFold(name, "cookie") && names(a, ";") == names(b, ";"), strings.EqualFold(name, "set-cookie") && names(a, ";") == names(b, ";"):
		return Varies
	}
	return Differs
}

// tokens are a list's words, whatever their letters and blanks.
func tokens(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }

// names are the names of a list of pairs.
func names(s, by string) string {
	var out []string
	for _, part := range strings.Split(s, by) {
		name, _, _ := strings.Cut(strings.TrimSpace(part), "=")
		out = append(out, name)
	}
	return strings.Join(out, by)
}

// Line is the field as a side has it: "Upgrade: websocket".
func (f *Field) Line(side int) string {
	if f.Name == "" {
		return f.Values[side]
	}
	return f.Name + ": " + f.Values[side]
}
