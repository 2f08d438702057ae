package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"sioscope/internal/e2e"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// site serves pages and remembers what was asked for.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func serve(t *testing.T, page []byte) *site {
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.String())
		s.mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page)
	}))
	t.Cleanup(s.Close)
	return s
}

// quiet holds that the page asked for nothing but itself, and that nothing of it ran or complained.
func quiet(t *testing.T, tab *e2e.Tab, s *site) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.asked, []string{"GET /"}) {
		t.Errorf("the page asked for %q", s.asked)
	}
	for _, e := range tab.Events("Network.requestWillBeSent") {
		var p struct{ Request struct{ URL string } }
		if err := json.Unmarshal(e.Params, &p); err != nil || p.Request.URL != s.URL+"/" && p.Request.URL != "about:blank" {
			t.Errorf("%s %.200s", e.Method, e.Params)
		}
	}
	for _, what := range []string{"Page.javascriptDialogOpening", "Runtime.exceptionThrown", "Log.entryAdded", "Page.windowOpen", "Network.webSocketCreated"} {
		for _, e := range tab.Events(what) {
			t.Errorf("%s %.300s", e.Method, e.Params)
		}
	}
}

// mixture is a picture with every kind of evil text in one of its places.
func mixture() Input {
	in := hostile(strings.Join(evil[:len(evil)-2], " "))
	for i, text := range evil {
		s := *in.Sessions[i%2]
		s.Index, s.SID, s.RealClient = len(in.Sessions), text, text
		in.Sessions = append(in.Sessions, &s)
		f := in.Diagnosis.Findings[0]
		f.ID, f.Title, f.Sessions = fmt.Sprintf("evil-%d", i), text, []*session.Session{&s}
		f.Fixes = []diagnose.Fix{{For: "nginx", Text: text, Snippet: text}}
		in.Diagnosis.Findings = append(in.Diagnosis.Findings, f)
	}
	return in
}

// TestPageInBrowser opens pages in a real browser: whatever the wire brought is text, nothing leaves the page, and the
// table, the buttons, both colour schemes and paper work.
func TestPageInBrowser(t *testing.T) {
	tab := e2e.NewTab(t)
	for _, tt := range []struct {
		name string
		in   Input
	}{{"evil", mixture()}, {"picture", withSnippet()}, {"large", fleet(10_000)}} {
		t.Run(tt.name, func(t *testing.T) {
			page := htmlOf(t, tt.in)
			e2e.Keep(t, "page-"+tt.name+".html", page)
			s := serve(t, page)
			tab.Open(s.URL + "/")
			var scripts int
			tab.Eval(`document.querySelectorAll("script,img,iframe,object,embed,link,base").length`, &scripts)
			if scripts != 1 {
				t.Errorf("%d scripts or things that load, want the page's script alone", scripts)
			}
			fits(t, tab, tt.name)
			sorts(t, tab)
			filters(t, tab)
			if tt.name == "picture" {
				copies(t, tab, s)
			}
			prints(t, tab, tt.name)
			quiet(t, tab, s)
			tab.Open("about:blank")
			tab.Forget()
		})
	}
}

func withSnippet() Input {
	in := picture()
	in.Diagnosis.Findings[0].Fixes[0].Snippet = "location /socket.io/ {\n\tproxy_pass http://127.0.0.1:3000;\n}\n"
	return in
}

// fits: at any width nothing sticks out, and both schemes have colours of their own.
func fits(t *testing.T, tab *e2e.Tab, name string) {
	t.Helper()
	var colors []string
	for _, width := range []int{400, 800, 1440} {
		for _, scheme := range []string{"light", "dark"} {
			tab.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
			tab.Call("Emulation.setEmulatedMedia", map[string]any{"media": "screen", "features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
			var wide, pictures int
			tab.Eval(`document.documentElement.scrollWidth`, &wide)
			if wide > width {
				t.Errorf("%d px wide at a width of %d", wide, width)
			}
			tab.Eval(`Array.from(document.querySelectorAll(".sheet div")).filter(e => getComputedStyle(e).display !== "none").length - document.querySelectorAll(".sheet").length`, &pictures)
			if pictures != 0 {
				t.Errorf("%d pictures of the timeline too many at a width of %d", pictures, width)
			}
			var color string
			tab.Eval(`getComputedStyle(document.body).backgroundColor`, &color)
			if !slices.Contains(colors, color) {
				colors = append(colors, color)
			}
			if name == "large" {
				continue
			}
			var shot struct{ Data string }
			tab.Call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
			data, _ := base64.StdEncoding.DecodeString(shot.Data)
			e2e.Keep(t, fmt.Sprintf("page-%s-%d-%s.png", name, width, scheme), data)
		}
	}
	if len(colors) != 2 {
		t.Errorf("backgrounds are %v, want one a scheme", colors)
	}
}

// sorts: a head is a button for the keyboard, too; numbers sort as numbers, down at the second press.
func sorts(t *testing.T, tab *e2e.Tab) {
	t.Helper()
	const durations = `Array.from(document.querySelectorAll("#sessions tbody tr")).map(r => Number(r.cells[7].dataset.v))`
	for _, want := range []string{"ascending", "descending"} {
		tab.Eval(`document.querySelectorAll("#sessions thead th")[7].querySelector("button").focus()`, nil)
		tab.Key("Enter")
		var sort string
		var list []float64
		tab.Eval(`document.querySelectorAll("#sessions thead th")[7].getAttribute("aria-sort")`, &sort)
		tab.Eval(durations, &list)
		if want == "descending" {
			slices.Reverse(list)
		}
		if sort != want || !slices.IsSorted(list) || len(list) == 0 {
			t.Errorf("aria-sort is %q, sorted %v, %d rows", sort, slices.IsSorted(list), len(list))
		}
	}
}

func filters(t *testing.T, tab *e2e.Tab) {
	t.Helper()
	var got struct {
		Text        string
		Shown, Rows int
	}
	tab.Eval(`(() => { const q = document.getElementById("q"); q.value = "polling nosuchword"; q.dispatchEvent(new Event("input"));
		const rows = Array.from(document.querySelectorAll("#sessions tbody tr"));
		return {Text: document.getElementById("shown").textContent, Shown: rows.filter(r => r.checkVisibility()).length, Rows: rows.length} })()`, &got)
	if want := fmt.Sprintf("0 of %d are shown", got.Rows); got.Shown != 0 || got.Text != want {
		t.Errorf("%d rows are shown, %q", got.Shown, got.Text)
	}
	tab.Eval(`(() => { const q = document.getElementById("q"), on = document.getElementById("on"); q.value = ""; on.value = "polling"; on.dispatchEvent(new Event("input"));
		const rows = Array.from(document.querySelectorAll("#sessions tbody tr")).filter(r => r.checkVisibility());
		return {Text: "", Shown: rows.length, Rows: rows.filter(r => r.cells[1].textContent === "polling").length} })()`, &got)
	if got.Shown == 0 || got.Shown != got.Rows {
		t.Errorf("%d rows are shown, %d are on polling", got.Shown, got.Rows)
	}
}

// copies: the button hands over the lines as they are.
func copies(t *testing.T, tab *e2e.Tab, s *site) {
	t.Helper()
	tab.Call("Browser.grantPermissions", map[string]any{"origin": s.URL, "permissions": []string{"clipboardReadWrite", "clipboardSanitizedWrite"}}, nil)
	tab.Call("Page.bringToFront", nil, nil)
	var got string
	tab.Eval(`(async () => { const b = document.querySelector("button.copy"); b.click();
		while (b.textContent !== b.dataset.done) await new Promise(requestAnimationFrame);
		return navigator.clipboard.readText() })()`, &got)
	if want := "location /socket.io/ {\n    proxy_pass http://127.0.0.1:3000;\n}"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
}

// prints: on paper every row is there, also those that are filtered out, and A4 and Letter both come about.
func prints(t *testing.T, tab *e2e.Tab, name string) {
	t.Helper()
	tab.Call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	var hidden int
	tab.Eval(`Array.from(document.querySelectorAll("#sessions tbody tr")).filter(r => !r.checkVisibility()).length + Array.from(document.querySelectorAll(".controls,.copy")).filter(e => e.checkVisibility()).length`, &hidden)
	if hidden != 0 {
		t.Errorf("%d rows are not on paper, or controls are", hidden)
	}
	tab.Call("Emulation.setEmulatedMedia", map[string]any{"media": ""}, nil)
	for paper, size := range map[string][2]float64{"A4": {8.27, 11.69}, "Letter": {8.5, 11}} {
		if name == "large" || name == "evil" && paper == "Letter" {
			continue
		}
		var pdf struct{ Data string }
		tab.Call("Page.printToPDF", map[string]any{"paperWidth": size[0], "paperHeight": size[1], "printBackground": false}, &pdf)
		data, err := base64.StdEncoding.DecodeString(pdf.Data)
		if err != nil || !strings.HasPrefix(string(data), "%PDF-") {
			t.Errorf("%s: %v, %.20q", paper, err, data)
		}
		e2e.Keep(t, fmt.Sprintf("page-%s-%s.pdf", name, paper), data)
	}
}

// TestPictureInBrowser opens the timeline by itself, as a README embeds it and by its own address.
func TestPictureInBrowser(t *testing.T) {
	var b strings.Builder
	if err := SVG(&b, mixture()); err != nil {
		t.Fatal(err)
	}
	tab := e2e.NewTab(t)
	s := serve(t, []byte(`<!doctype html><link rel="icon" href="data:,"><title>x</title><body>`+strings.Replace(b.String(), "<svg", `<svg id="it"`, 1)))
	tab.Open(s.URL + "/")
	var got struct{ Title, Text, Role string }
	tab.Eval(`({Title: it.querySelector("title").textContent, Role: it.getAttribute("role"), Text: Array.from(it.querySelectorAll("text")).map(e => e.textContent).join("|")})`, &got)
	if !strings.HasPrefix(got.Title, "Timeline: ") || got.Role != "img" || !strings.Contains(got.Text, "onerror=alert(1)") {
		t.Errorf("%.300q", got)
	}
	quiet(t, tab, s)
}
