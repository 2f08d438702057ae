package report

import (
	"strconv"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/stats"
	"sioscope/ui/plain"
)

type pageFinding struct {
	ID, Tone, Severity, Title string
	Number                    int
	Confidence, Touches, More string
	Names                     []pageName
	Explanation               string
	Evidence                  []pageProof
	MoreEvidence              string
	RuledOut                  []string
	Fixes                     []diagnose.Fix
	Tried                     []pageTrial
	WouldTell                 string
}

type pageName struct{ Name, Row string }

type pageProof struct{ Time, Conn, Text string }

type pageTrial struct{ Tone, Word, Text string }

// tone of a severity.
func tone(s diagnose.Severity) string {
	switch s {
	case diagnose.Error:
		return "bad"
	case diagnose.Warning:
		return "warn"
	}
	return ""
}

// pageFindings tells the findings; rows has the sessions that are in the table.
func (in *Input) pageFindings(p *page, rows map[*session.Session]string) {
	for i := range in.Diagnosis.Findings {
		f := &in.Diagnosis.Findings[i]
		out := pageFinding{ID: f.ID, Number: i + 1, Tone: tone(f.Severity), Severity: in.severityWord(f.Severity), Title: in.pageText(f.Title),
			Confidence: in.confidence(f), Explanation: in.pageText(f.Explanation), WouldTell: in.pageText(f.WouldTell)}
		if n := f.RefusedInAll(); n > 0 {
			out.Touches = in.Count(n, "refused handshake")
		}
		if n := f.Touched(); n > 0 {
			sessions := in.Count(n, "session")
			if out.Touches != "" {
				sessions = in.S("%s; %s", out.Touches, sessions)
			}
			out.Touches = sessions
		}
		for _, s := range f.Sessions[:min(len(f.Sessions), maxPageNamed)] {
			out.Names = append(out.Names, pageName{tidy(in.name(s), 80), rows[s]})
		}
		if more := f.Touched() - len(out.Names); more > 0 && len(out.Names) > 0 {
			out.More = in.S("and %d more", lang.Amount(more))
		}
		in.pageProofs(&out, f)
		for _, r := range f.RuledOut {
			out.RuledOut = append(out.RuledOut, in.pageText(r))
		}
		for _, x := range f.Fixes {
			out.Fixes = append(out.Fixes, diagnose.Fix{For: tidy(x.For, 80), Text: tidy(x.Text, 4*maxText), Snippet: snippet(x.Snippet)})
		}
		for _, t := range f.Tried {
			out.Tried = append(out.Tried, pageTrial{map[string]string{"yes": "good", "no": "bad", "some": "warn"}[t.Works], in.trialWord(t), in.pageText(t.Text)})
		}
		p.Findings = append(p.Findings, out)
	}
}

func (in *Input) pageProofs(out *pageFinding, f *diagnose.Finding) {
	for _, e := range f.Evidence[:min(len(f.Evidence), maxPageProofs)] {
		proof := pageProof{Time: in.since(e.Time), Text: in.mask(in.evidence(e), maxText)}
		if id := connID(e.Conn); id > 0 {
			proof.Conn = strconv.Itoa(id)
		}
		out.Evidence = append(out.Evidence, proof)
	}
	if more := len(f.Evidence) - maxPageProofs; more > 0 {
		out.MoreEvidence = in.S("and %d more", lang.Amount(more))
	}
}

type pageExperiment struct {
	Number                                   int
	Title, Question, Tone, Mark, Word, Tells string
	Figures                                  []check.Figure
	Requests                                 int
}

func (in *Input) pageExperiments(p *page) {
	pr := &printer{in: in}
	for i := range in.Experiments {
		e := &in.Experiments[i]
		mark, color, _ := pr.outcome(e)
		out := pageExperiment{Number: e.Number, Title: tidy(e.Title, 120), Question: tidy(e.Question, maxText), Mark: mark, Word: in.resultWord(e),
			Tone: map[style]string{red: "bad", yellow: "warn", green: "good"}[color], Tells: in.pageText(in.tells(e)), Requests: e.Requests}
		for _, f := range e.Figures {
			out.Figures = append(out.Figures, check.Figure{Name: tidy(f.Name, 120), Value: in.mask(f.Value, 300)})
		}
		p.Experiments = append(p.Experiments, out)
	}
}

type pageHead struct{ Name, Class string }

type pageRow struct {
	ID, Tone, Name           string
	Transport, TransportTone string
	Upgrade, UpgradeSort     string
	EIO, Node, Client        string
	LongClient               bool
	Opened, OpenedSort       string
	Duration, DurationSort   string
	Packets, PacketsSort     string
	Events, EventsSort       string
	Closed                   string
	Findings                 []string
}

// pageRows fills the table of sessions and says which row is whose.
func (in *Input) pageRows(p *page) map[*session.Session]string {
	rows := map[*session.Session]string{}
	list := in.worst(maxRows)
	if n := in.AllSessions(); len(list) < n {
		p.RowsLeft = in.S("%d of %d sessions are listed, those with most trouble first.", lang.Amount(len(list)), lang.Amount(n))
	}
	p.Heads = []pageHead{{in.S("sid"), ""}, {in.S("transport"), ""}, {in.S("upgrade"), ""}, {"EIO", "n"}, {in.S("node"), ""}, {in.S("client"), ""},
		{in.S("opened"), "n"}, {in.S("duration"), "n"}, {in.S("packets"), "n"}, {in.S("events"), "n"}, {in.S("closed by"), ""}, {in.S("finding"), ""}}
	trouble := in.trouble()
	seen := map[string]bool{}
	for i, s := range list {
		r := in.pageRow(s, trouble(s))
		r.ID = "s" + strconv.Itoa(i+1)
		rows[s] = r.ID
		if !seen[r.Transport] {
			seen[r.Transport] = true
			p.Transports = append(p.Transports, r.Transport)
		}
		p.Rows = append(p.Rows, r)
	}
	return rows
}

func (in *Input) pageRow(s *session.Session, rank int) pageRow {
	r := pageRow{Name: tidy(in.name(s), 80), Transport: s.Transport().String(), Upgrade: in.upgradeText(s), EIO: known(s.EIO), Node: "?",
		Client: tidy(clientText(s), 80), Duration: duration(s.Lasted()), DurationSort: strconv.FormatInt(s.Lasted(), 10),
		Packets: inOut(s.Packets), PacketsSort: sumOf(s.Packets), Events: inOut(s.Events), EventsSort: sumOf(s.Events),
		Opened: in.S("before"), OpenedSort: strconv.FormatInt(min(s.FirstSeen-in.First, 0), 10), Closed: tidy(s.Close.By, 40), Findings: in.Diagnosis.BySession[s]}
	r.LongClient = len(r.Client) > len("255.255.255.255:65535")
	if n := in.node(s.Node); n != nil {
		r.Node = in.mask(n.Titled(), 60)
	}
	if s.Opened != 0 {
		r.Opened, r.OpenedSort = in.since(s.Opened), strconv.FormatInt(s.Opened-in.First, 10)
	}
	if took, ok := s.UpgradeTime(); ok {
		r.UpgradeSort = strconv.FormatInt(took, 10)
	}
	switch {
	case s.Transport() == session.Polling:
		r.TransportTone = "warn"
	case s.Transport() == session.WebSocket:
		r.TransportTone = "good"
	}
	if len(r.Findings) > 0 && rank < 2 {
		r.Tone = [...]string{"bad", "warn"}[rank]
	}
	return r
}

func sumOf(n [2]int64) string { return strconv.FormatInt(n[fact.In]+n[fact.Out], 10) }

type pageRefused struct {
	Times               int
	What, When, Finding string
}

func (in *Input) pageRefused(p *page) {
	pr := &printer{in: in, opt: Options{Width: 1000}, glyphs: glyphsFor(false)}
	groups := pr.refusalGroups()
	for _, g := range groups[:min(len(groups), maxPageGroups)] {
		when := in.since(g.first)
		if g.n > 1 {
			when = in.S("%s to %s", when, in.since(g.last))
		}
		p.Refused = append(p.Refused, pageRefused{g.n, in.mask(g.what, maxText), when, g.finding})
	}
	if more := len(groups) - maxPageGroups; more > 0 {
		p.RefusedLeft = in.S("and %d more", lang.Amount(more))
	}
}

type pageNumber struct{ Name, Text string }

type pageBar struct {
	Label string
	N     int
	Share int // percent of the longest
}

func (in *Input) pageNumbers(p *page) {
	n := stats.Of(in.Tracker, in.Trial)
	if !n.Worth() {
		return
	}
	for _, l := range in.numbers(&n) {
		p.Numbers = append(p.Numbers, pageNumber{tidy(l.name, 120), in.pageText(l.text)})
	}
	most := 0
	for _, b := range n.Upgrade.Bins {
		most = max(most, b.N)
	}
	if n.Upgrade.N < 10 || most == 0 {
		return // too few for a distribution
	}
	for _, b := range n.Upgrade.Bins {
		p.Histogram = append(p.Histogram, pageBar{in.S("%s to %s", duration(b.From), duration(b.To)), b.N, b.N * 100 / most})
	}
}

type pageNode struct{ Name, Text string }

func (in *Input) pageNodes(p *page) {
	for i := range in.Nodes[:min(len(in.Nodes), maxPageGroups)] {
		n := &in.Nodes[i]
		text := in.S("%s, %s", in.Count(n.Sessions, "session"), tidy(plain.Known(in.Words, n), 120))
		if n.Restarts > 0 {
			text = in.S("%s, %s", text, in.Count(n.Restarts, "restart"))
		}
		p.Nodes = append(p.Nodes, pageNode{in.mask(n.Titled(), 80), in.Redact.Text(text)})
	}
	if more := len(in.Nodes) - maxPageGroups; more > 0 {
		p.NodesLeft = in.S("and %d more", lang.Amount(more))
	}
}
