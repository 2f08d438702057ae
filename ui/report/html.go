package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// Limits of a page, so that one of ten thousand sessions opens at once.
const (
	maxRows       = 1000
	maxPageNamed  = 12 // sessions named by a finding
	maxPageProofs = 12 // pieces of evidence of a finding
	maxPageGroups = 30 // kinds of refused handshakes, nodes
)

//go:embed page/page.html
var pageHTML string

//go:embed page/page.css
var pageCSS string

//go:embed page/page.js
var pageJS string

// HTML prints the report as one page that needs nothing but itself: verdict, timeline, findings with their evidence and
// fixes, sessions to sort and to filter, numbers. Without JavaScript it tells all the same. Its content security policy
// lets no request leave it and no script run but its own, so that text of the wire stays text.
func HTML(w io.Writer, in Input, judged []Judgement) error {
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	p, err := in.page(judged)
	if err != nil {
		return err
	}
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// A page is what the template shows, in the reader's language, secrets masked.
type page struct {
	Lang, Title, By string
	Hash            string // of the script, for the policy
	Style           template.CSS
	Script          template.JS
	L               pageLabels

	Tone, State, Sign, Cause string
	Facts                    []string
	Tiles                    []tile
	Expected                 []Judgement
	Sheets                   []pageSheet
	TimelineLeft             string
	Moments                  []pageMoment
	Findings                 []pageFinding
	Experiments              []pageExperiment
	Heads                    []pageHead
	Rows                     []pageRow
	RowsLeft                 string
	Transports               []string
	Refused                  []pageRefused
	RefusedLeft              string
	Numbers                  []pageNumber
	Histogram                []pageBar
	Path                     []string
	Nodes                    []pageNode
	NodesLeft                string
	Totals                   string
	Notes                    []string
}

// tones say how something is, in the page's style: "bad", "warn", "good" or "".
type tile struct{ Value, Name, Tone string }

type pageSheet struct{ Wide, Mid, Narrow template.HTML }

func (in *Input) page(judged []Judgement) (*page, error) {
	sum := sha256.Sum256([]byte(pageJS))
	p := &page{Lang: in.lang(), By: in.By, L: in.labels(), Script: template.JS(pageJS),
		Hash: "sha256-" + base64.StdEncoding.EncodeToString(sum[:])}
	in.pageVerdict(p)
	for _, j := range judged {
		j.Why = in.pageText(j.Why)
		p.Expected = append(p.Expected, j)
	}
	ink, err := in.pageTimeline(p)
	if err != nil {
		return nil, err
	}
	in.pageMoments(p)
	p.Style = template.CSS(pageCSS + ink)
	rows := in.pageRows(p)
	in.pageFindings(p, rows)
	in.pageExperiments(p)
	in.pageRefused(p)
	in.pageNumbers(p)
	in.pageNodes(p)
	for i := range in.Diagnosis.Path {
		p.Path = append(p.Path, in.pageText(plain.Hop(in.Words, &in.Diagnosis.Path[i])))
	}
	p.Totals = in.totals()
	for _, n := range in.notesForOthers() {
		p.Notes = append(p.Notes, in.pageText(n))
	}
	return p, nil
}

// pageText is text that may quote the wire.
func (in *Input) pageText(s string) string { return in.mask(s, 4*maxText) }

func (in *Input) pageVerdict(p *page) {
	v := in.Diagnosis.Verdict
	p.Title, p.Cause = in.pageText(v.Title), in.pageText(v.Cause)
	if p.Title == "" {
		p.Title = in.pageText(v.Summary)
	}
	const cross, triangle, diamond = "M3 3L17 17M3 17L17 3", "M10 3L17 16L3 16Z", "M10 2L18 10L10 18L2 10Z"
	p.Tone, p.Sign = "warn", diamond
	switch {
	case !v.Healthy && v.State != diagnose.StateNone && v.State != diagnose.StateUnknown:
		p.Tone, p.Sign = "bad", cross
	case v.Healthy && v.State == diagnose.StateWebSocket:
		p.Tone, p.Sign = "good", triangle
	}
	p.State = in.stateWord(v.State)
	if v.State == diagnose.StateWebSocket && !v.Healthy {
		p.State = in.S("On WebSocket, with a fault")
	}
	if in.Source != "" {
		p.Facts = append(p.Facts, in.pageText(in.Source))
	}
	if in.First != 0 {
		p.Facts = append(p.Facts, utc(in.First)+" UTC", in.S("%s long", duration(in.Last-in.First)))
	}
	in.pageTiles(p)
}

// stateWord says how sessions are, in a few words.
func (in *Input) stateWord(s diagnose.State) string {
	switch s {
	case diagnose.StateWebSocket:
		return in.S("WebSocket is in use")
	case diagnose.StatePolling:
		return in.S("Not on WebSocket")
	case diagnose.StateMixed:
		return in.S("Some sessions are not on WebSocket")
	case diagnose.StateFailing:
		return in.S("Sessions fail")
	case diagnose.StateUnknown:
		return in.S("It cannot be told")
	}
	if in.Stats.Encrypted > 0 && len(in.Legacy) == 0 { // some may be in what is encrypted
		return in.S("It cannot be told")
	}
	return in.S("No session was seen")
}

func (in *Input) pageTiles(p *page) {
	add := func(n int, name, tone string) {
		if n == 0 {
			tone = ""
		}
		p.Tiles = append(p.Tiles, tile{fmt.Sprint(n), name, tone})
	}
	c := in.Diagnosis.Census
	ws, failed := in.Diagnosis.Earlier.WebSocket, 0
	for _, s := range in.Sessions {
		if s.Transport() == session.WebSocket || s.Transport() == session.WebTransport {
			ws++
		}
		if s.Upgrade == session.UpgradeFailed {
			failed++
		}
	}
	add(in.AllSessions(), in.S("sessions"), "")
	add(ws, in.S("on WebSocket"), "good")
	add(c.Polling, in.S("stayed on polling"), "warn")
	add(failed, in.S("upgrades failed"), "bad")
	add(len(in.refusals())+in.Diagnosis.Earlier.Refusals, in.S("handshakes refused"), "bad")
	add(len(in.Nodes), in.S("nodes told apart"), "")
}

// pageTimeline draws the timeline, a picture for every piece that fits on a sheet of paper, each at three widths. What it
// returns is the style of the drawings.
func (in *Input) pageTimeline(p *page) (css string, err error) {
	if in.First == 0 || len(in.Sessions)+len(in.Refused) == 0 {
		return "", nil
	}
	pic, err := in.timelinePicture()
	if err != nil {
		return "", err
	}
	p.TimelineLeft = pic.left()
	parts := pic.parts()
	for i, lines := range parts {
		var s pageSheet
		for _, at := range [...]struct {
			html  *template.HTML
			width int
		}{{&s.Wide, 1136}, {&s.Mid, 720}, {&s.Narrow, 372}} {
			sheet := pic.sheet()
			both(sheet, pic.input(lines, at.width), timeline.Layout)
			if i == len(parts)-1 {
				pic.legend(sheet, at.width)
			}
			if at.html == &s.Wide {
				sheet.Tip = pic.tip
			}
			*at.html = template.HTML(sheet.SVG(&pic.ink)) // escaped where it is written
		}
		p.Sheets = append(p.Sheets, s)
	}
	return pic.ink.CSS(), nil
}
