package compare

import (
	"reflect"
	"strings"
	"testing"

	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
)

func TestLike(t *testing.T) {
	t.Parallel()
	ms := func(n int64) value { return measured([]int64{n * 1e6}) }
	for _, tt := range []struct {
		name string
		a, b value
		want Likeness
	}{
		{"one side does not show it", said("nginx"), value{}, Unknown},
		{"neither does", value{}, value{}, Unknown},
		{"the same", said("nginx"), said("nginx"), Same},
		{"another", said("nginx"), said("HAProxy"), Different},
		{"the same in other words", value{text: "3 on WebSocket", key: "100"}, value{text: "1 on WebSocket", key: "100"}, Same},
		{"times of two runs", ms(120), ms(181), Same},
		{"twice as long, which nobody notices", ms(3), ms(40), Same},
		{"longer, and not twice as long", ms(1000), ms(1900), Same},
		{"much longer", ms(40), ms(140), Different},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.a.like(tt.b); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if got := tt.b.like(tt.a); got != tt.want {
				t.Errorf("the other way round got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, want, key string
		seen            []string
	}{
		{name: "nothing"},
		{name: "one thing, often", seen: []string{"101", "101"}, want: "101", key: "101"},
		{name: "the most frequent first", seen: []string{"400", "101", "101"}, want: "101 (2), 400 (1)", key: "101\n400"},
		{name: "more than are kept apart", seen: strings.Split(strings.Repeat("a,", 9)+strings.Join(numbers(200), ","), ","), want: "others (137), a (9), 0 (1), 62 more"},
		{name: "too many to list", seen: []string{"a", "b", "c", "d", "e"}, want: "a (1), b (1), c (1), 2 more", key: "a\nb\nc\nd\ne"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var l tally
			for _, s := range tt.seen {
				l.add(s, s)
			}
			if v := (&facts{}).tell(l); v.text != tt.want || v.key != tt.key && tt.key != "" {
				t.Errorf("got %q, %q; want %q, %q", v.text, v.key, tt.want, tt.key)
			}
		})
	}
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = digit(i)
	}
	return out
}

// TestAnswerKey: answers that say the same are alike, whatever else stands in them.
func TestAnswerKey(t *testing.T) {
	t.Parallel()
	answer := func(status int, contentType string, err *engineio.Error, body string) *session.Exchange {
		e := &session.Exchange{Status: status, BodyText: body}
		e.Response.ResponseFields = &session.ResponseFields{ContentType: contentType}
		if err != nil {
			e.HasError, e.Error = true, *err
		}
		return e
	}
	unknown := func(message string) *engineio.Error { return &engineio.Error{Code: 1, Message: message} }
	for _, tt := range []struct {
		name string
		a, b *session.Exchange
		same bool
	}{
		{"the sid in the message", answer(400, "text/plain", unknown("Invalid session a"), ""), answer(400, "text/plain", unknown("Invalid session b"), ""), true},
		{"in JSON and in plain text", answer(400, "text/html", unknown("Session ID unknown"), ""), answer(400, "application/json", unknown("Session ID unknown"), ""), false},
		{"an application's own words", answer(400, "", &engineio.Error{Code: -1, Message: "no"}, ""), answer(400, "", &engineio.Error{Code: -1, Message: "not today"}, ""), false},
		{"pages with a number in them", answer(503, "text/html", nil, "<p>request 1"), answer(503, "text/html", nil, "<p>request 2"), true},
		{"other statuses", answer(502, "", nil, ""), answer(503, "", nil, ""), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if same := (&facts{}).answerKey(tt.a) == (&facts{}).answerKey(tt.b); same != tt.same {
				t.Errorf("%q and %q", (&facts{}).answerKey(tt.a), (&facts{}).answerKey(tt.b))
			}
		})
	}
}

// TestCookies: a request is due to bring a cookie once an answer of its session has set it.
func TestCookies(t *testing.T) {
	t.Parallel()
	s := &session.Session{}
	at := func(start, end int64, sets, brings string) *session.Exchange {
		e := &session.Exchange{Session: s, Method: "GET", Start: start, End: end, Kind: session.Poll}
		if sets != "" {
			e.Response.SetCookies = []session.Cookie{{Name: sets}}
		}
		if brings != "" {
			e.Request.Cookies = []session.Cookie{{Name: brings}}
		}
		return e
	}
	f := &facts{Side: &Side{Tracker: &session.Tracker{}}, outer: []*session.Exchange{
		at(1, 3, "SERVERID", ""), at(2, 4, "", ""), at(5, 6, "", "SERVERID"), at(7, 8, "theme", ""), at(9, 10, "", "theme"),
	}}
	want := []cookie{{"SERVERID", true, 3, 1}, {"theme", false, 1, 1}}
	if got := cookiesOf(f); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestCookieOfTheClientAloneKeepsNobody: a name that balancers use tells nothing where no answer set it and no nodes are
// told apart by it.
func TestCookieOfTheClientAloneKeepsNobody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		cookie string
		nodes  []session.Node
		want   bool
	}{
		{"one server", "JSESSIONID", nil, false},
		{"a name that HAProxy alone has", "SERVERID", nil, true},
		{"nodes by something else", "JSESSIONID", []session.Node{{Basis: "header"}, {Basis: "header"}}, false},
		{"one node by it", "JSESSIONID", []session.Node{{Basis: "cookie JSESSIONID"}}, false},
		{"nodes by it", "JSESSIONID", []session.Node{{Basis: "cookie JSESSIONID"}, {Basis: "cookie JSESSIONID"}}, true},
	} {
		brings := &session.Exchange{Method: "GET", Kind: session.Poll}
		brings.Request.Cookies = []session.Cookie{{Name: tt.cookie}}
		f := &facts{Side: &Side{Tracker: &session.Tracker{Nodes: tt.nodes}}, outer: []*session.Exchange{brings}}
		f.cookies = cookiesOf(f)
		if got := f.affinityCookie() != nil; got != tt.want {
			t.Errorf("%s: kept by it: %v", tt.name, got)
		}
	}
}

func TestResultRows(t *testing.T) {
	t.Parallel()
	a := []Result{{"websocket", "WebSocket only", "yes", "8 of 8"}, {"nodes", "Node census", "no", "One node."}, {"idle", "Silence", "", ""}}
	b := []Result{{"nodes", "Node census", "yes", "2 nodes."}, {"websocket", "WebSocket only", "yes", "4 of 4"}, {"http2", "HTTP/2", "no", "None."}}
	want := []Row{
		{ID: "experiment websocket", Name: "WebSocket only", A: "8 of 8", B: "4 of 4", Same: Same},
		{ID: "experiment nodes", Name: "Node census", A: "One node.", B: "2 nodes.", Same: Different},
		{ID: "experiment http2", Name: "HTTP/2", B: "None."},
	}
	if got := resultRows(a, b); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestLowerFirst(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"A node restarted":             "a node restarted",
		"WebSocket frames do not pass": "WebSocket frames do not pass",
		"CORS":                         "CORS",
		"Socket.IO 0.9 was seen":       "Socket.IO 0.9 was seen",
		"":                             "",
	} {
		if got := lowerFirst(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

// TestNoAnswerIsNotClosedByTheUnknown: who closed a connection is said where it was seen.
func TestNoAnswerIsNotClosedByTheUnknown(t *testing.T) {
	t.Parallel()
	for by, want := range map[string]string{"server": "no answer (closed by the server)", "unknown": "no answer (connection closed)", "": "no answer"} {
		e := &session.Exchange{Conn: &session.Conn{Closed: 1, ClosedBy: by}}
		if got := (&facts{}).answerText(e); got != want {
			t.Errorf("closed by %q: %q, want %q", by, got, want)
		}
	}
}
