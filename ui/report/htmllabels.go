package report

// pageLabels are the page's own words.
type pageLabels struct {
	Expected, Met, Unmet, Timeline, Moments, Findings, Seen, Time, Conn, What, RuledOut, Fix, Copy, Copied, Tried, WouldTell string

	Experiments, Experiment, Answer, Tells, Requests     string
	Sessions, Search, Transport, Any, Only, Shown, Since string
	Refused, Times, When, Finding                        string
	Numbers, Histogram, Path, Nodes, Capture, Masked     string

	Comma, Semicolon, Colon string // with the blanks behind them
}

func (in *Input) labels() pageLabels {
	return pageLabels{
		Expected: in.S("What was expected"), Met: in.S("met"), Unmet: in.S("not met"), Timeline: in.S("Timeline"), Moments: in.S("Notes"), Findings: in.S("What was found"),
		Seen: in.S("Seen"), Time: in.S("time"), Conn: in.S("conn"), What: in.S("what"), RuledOut: in.S("Ruled out"), Fix: in.S("Fix"), Copy: in.S("Copy"),
		Copied: in.S("Copied"), Tried: in.S("Tried here"), WouldTell: in.S("To be sure:"),
		Experiments: in.S("Experiments"), Experiment: in.S("experiment"), Answer: in.S("answer"), Tells: in.S("what it tells"), Requests: in.S("requests"),
		Sessions: in.S("Sessions"), Search: in.S("Search"), Transport: in.S("transport"), Any: in.S("any"), Only: in.S("with a fault only"),
		Since:   in.S("Times count from the first packet, packets and events are in/out."),
		Shown:   in.S("%s of %s are shown", "{n}", "{all}"),
		Refused: in.S("Refused before a session began"), Times: in.S("times"), When: in.S("when"), Finding: in.S("finding"),
		Numbers: in.S("Numbers"), Histogram: in.S("Time to upgrade, sessions"), Path: in.S("In the path, from the client on"), Nodes: in.S("Nodes"), Capture: in.S("What was read"),
		Masked: Secrets(in.Words, !in.Redact.Off),
		Comma:  in.S(", "), Semicolon: in.S("%s; %s", "", ""), Colon: in.S("%s: ", ""),
	}
}
