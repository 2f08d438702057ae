package diagnose

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sioscope/internal/stories"
	"sioscope/protocol/session"
)

// TestPast: stories that happen again and again, of which little is kept, are told of as if all of it were there: the
// verdict, what became of sessions, and how many each finding touches.
func TestPast(t *testing.T) {
	t.Parallel()
	all, err := stories.Read("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	forgot := 0
	for _, f := range all {
		if tells(f, " hides ") || !unique(f) {
			continue // a log of requests is read to its end, and not watched
		}
		whole, live := stories.New(), stories.New()
		live.Options.Memory = 160 << 10
		var past Past
		for round := range 30 {
			lines := again(f.Lines, round)
			tell(t, whole, lines)
			tell(t, live, lines)
			live.Resolve()
			d := past.Diagnose(&live.Tracker)
			past.Forget(&live.Tracker, &d)
		}
		whole.Resolve()
		live.Resolve()
		want, got := summary(&whole.Tracker, Diagnose(&whole.Tracker)), summary(&live.Tracker, past.Diagnose(&live.Tracker))
		if got != want {
			t.Errorf("%s: of a tracker that let go of %d sessions\n%s\nof all\n%s", f.Name, live.Freed.Sessions, got, want)
		}
		if live.Freed.Sessions+live.Freed.Requests > 0 {
			forgot++
		}
	}
	if forgot < 20 {
		t.Errorf("only %d stories were longer than what is kept", forgot)
	}
}

var names = regexp.MustCompile(`\b([a-z])[a-z]{15}([A-Za-z0-9_-]{4})\b`)

var opens = regexp.MustCompile(`(?:\bOPEN[A-Z0-9]*\(|0\{"sid":")([^)"]+)`)

// again is a story once more: other connections, other sessions, and the end of all of them.
func again(story []string, round int) (lines []string) {
	open := map[string]bool{}
	var renamed []string // sids of no form of Node's
	for _, line := range story {
		if sid := opens.FindStringSubmatch(line); sid != nil && len(sid[1]) > 5 && !names.MatchString(sid[1]) {
			renamed = append(renamed, sid[1], fmt.Sprintf("%s%04d", sid[1][:len(sid[1])-4], round))
		}
	}
	rename := strings.NewReplacer(renamed...)
	for _, line := range story {
		line = rename.Replace(line)
		line = names.ReplaceAllStringFunc(line, func(sid string) string { return fmt.Sprintf("%c%015d%s", sid[0], round, counted(sid[16:], round)) })
		words := strings.SplitN(line, " ", 2)
		if strings.ContainsAny(line[:1], "1234567890h") && len(words) == 2 {
			name, server, found := strings.Cut(words[0], "@")
			name, stream, isStream := strings.Cut(name, "/")
			name = fmt.Sprintf("%sr%d", name, round)
			open[name] = true
			if isStream {
				name += "/" + stream
			}
			if found {
				name += "@" + server
			}
			if w := strings.Fields(words[1])[0]; w == "end" || w == "reset" {
				delete(open, name)
			}
			line = name + " " + words[1]
		}
		lines = append(lines, line)
	}
	lines = append(lines, "+30s")
	ended := make([]string, 0, len(open))
	for name := range open {
		ended = append(ended, name+" end client")
	}
	slices.Sort(ended)
	return append(append(lines, ended...), "+20m")
}

// unique says whether again can give all sids of a story others.
func unique(s stories.Story) bool {
	return !slices.ContainsFunc(s.Lines, func(line string) bool {
		sid := opens.FindStringSubmatch(line)
		return sid != nil && len(sid[1]) <= 5
	})
}

func tells(s stories.Story, part string) bool {
	return slices.ContainsFunc(s.Lines, func(line string) bool { return strings.Contains(line, part) })
}

// counted is the end of a sid that the same process gives out so many rounds later.
func counted(end string, round int) string {
	b, err := base64.URLEncoding.DecodeString(end)
	if err != nil {
		return end
	}
	n := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]) + uint32(64*round)
	return base64.URLEncoding.EncodeToString([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
}

func tell(t *testing.T, s *stories.Stage, lines []string) {
	t.Helper()
	for _, line := range lines {
		if err := s.Play(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

// summary is what must be the same, however much is kept. How many sessions a warning touches may differ: some of them are
// told of one moment, and of the next where that is gone.
func summary(t *session.Tracker, d Diagnosis) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s healthy %v\n%+v\n", d.Verdict.State, d.Verdict.Healthy, d.Census)
	touched, order := map[string][2]int{}, []string{}
	for _, f := range d.Findings {
		if f.Severity != Error {
			continue
		}
		kind := fmt.Sprintf("%s %s %q", f.ID, f.Confidence, f.Title)
		if _, ok := touched[kind]; !ok {
			order = append(order, kind)
		}
		touched[kind] = [2]int{touched[kind][0] + f.Touched(), touched[kind][1] + f.RefusedInAll()}
	}
	for _, kind := range order {
		fmt.Fprintf(&b, "%s: %d sessions and %d refused\n", kind, touched[kind][0], touched[kind][1])
	}
	for _, n := range t.Nodes {
		fmt.Fprintf(&b, "%s %s by %s: %d sessions\n", n.ID, n.Label, n.Basis, n.Sessions)
	}
	return b.String()
}

// TestPastTogether: the same of all stories in turn. How many sessions a finding touches may differ by those that were gone
// before others came that have them stand in another light, and so may warnings.
func TestPastTogether(t *testing.T) {
	t.Parallel()
	all, err := stories.Read("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	whole, live := stories.New(), stories.New()
	live.Options.Memory = 2 << 20
	var past Past
	round := 0
	for range 3 {
		for _, f := range all {
			if tells(f, " hides ") || tells(f, "gaps ") || tells(f, " missing ") || !unique(f) ||
				strings.Contains(f.Name, "netty") { // whose sids come again after the session
				continue
			}
			lines := again(f.Lines, round)
			tell(t, whole, lines)
			tell(t, live, lines)
			round++
			live.Resolve()
			d := past.Diagnose(&live.Tracker)
			past.Forget(&live.Tracker, &d)
		}
	}
	whole.Resolve()
	live.Resolve()
	full, d := Diagnose(&whole.Tracker), past.Diagnose(&live.Tracker)
	if got, want := kinds(d), kinds(full); !slices.Equal(got, want) {
		t.Errorf("said %q\nof all %q", got, want)
	}
	if d.Census != full.Census || d.Verdict.Title != full.Verdict.Title {
		t.Errorf("%+v %s %s\nof all %+v %s %s", d.Census, d.Verdict.Title, d.Verdict.Cause, full.Census, full.Verdict.Title, full.Verdict.Cause)
	}
	if live.Freed.Sessions < 250 {
		t.Errorf("only %d sessions were let go of", live.Freed.Sessions)
	}
}

// kinds are the ids of errors, each once.
func kinds(d Diagnosis) (list []string) {
	for _, f := range d.Findings {
		if kind := f.ID + "/" + f.Severity.String(); f.Severity == Error && !slices.Contains(list, kind) {
			list = append(list, kind)
		}
	}
	return list
}
