package ui

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
)

func TestArrowsBringBackWhatWasEmitted(t *testing.T) {
	w, posted := liveWindow(t)
	w.Connect(service(t, lab.SingleNode), dial.Options{})
	defer w.ends(t, posted)
	p := w.connector.talk
	loop(t, posted, func() bool { return p.state.full == "Connected, on WebSocket" })
	send := func(event, args string) {
		p.event.SetText(event)
		p.args.SetText(args)
		p.send.OnTapped()
	}
	send("say", `"lobby", {"$binary": "AQID"}`)
	send("join", `"a"`)
	send("join", `"a"`)
	send("login", `{"token": "hunter2hunter2"}`)
	p.event.SetText("half")
	p.args.SetText("")
	press := func(k fyne.KeyName, want string) {
		t.Helper()
		p.event.TypedKey(&fyne.KeyEvent{Name: k})
		if got := p.event.Text + " " + p.args.Text; got != want {
			t.Errorf("%s leads to %q, want %q", k, got, want)
		}
	}
	press(fyne.KeyUp, `login {"token": "hunter2hunter2"}`)
	press(fyne.KeyUp, `join "a"`)
	press(fyne.KeyUp, `say "lobby", {"$binary": "AQID"}`)
	press(fyne.KeyUp, `say "lobby", {"$binary": "AQID"}`)
	press(fyne.KeyDown, `join "a"`)
	press(fyne.KeyDown, `login {"token": "hunter2hunter2"}`)
	press(fyne.KeyDown, "half ")
	p.event.SetText("other")
	press(fyne.KeyUp, `login {"token": "hunter2hunter2"}`)
	loop(t, posted, func() bool { return w.says(`["say","lobby",`) })
	user{t, w}.picture()

	x := w.another().connector.talk
	if len(x.history.list) != 3 || x.history.list[0] != (emission{Event: "login"}) || x.history.list[2].Args != `"lobby", {"$binary": "AQID"}` {
		t.Errorf("remembered are %+v", x.history.list)
	}
	if strings.Contains(w.prefs.String("connect.emitted"), "hunter2") {
		t.Error("a secret is remembered")
	}
}

// TestFormsAreRememberedPerURL, without what may be a secret.
func TestFormsAreRememberedPerURL(t *testing.T) {
	u := open(t)
	f := u.w.connector.more
	u.w.prefs.connectedAs("http://a.example:1", dial.Options{Transports: []string{dial.WebSocket}, EIO: 3, Path: "/io/", Namespace: "/admin", Insecure: true})
	u.w.prefs.connectedAs("http://b.example:1", dial.Options{Cookies: true, Auth: []byte(`{"token":"secret"}`), Header: http.Header{"X-Key": {"secret"}}})
	if got := u.w.prefs.String("connect.forms"); strings.Contains(got, "secret") {
		t.Errorf("remembered is %s", got)
	}
	u.w.connector.url.SetText("http://a.example:1")
	o, ok := f.options()
	if !ok || o.EIO != 3 || o.Path != "/io/" || o.Namespace != "/admin" || !o.Insecure || o.Cookies || chosenWay(u.w.connector.ways)[0] != dial.WebSocket {
		t.Errorf("the form has %+v, %v", o, chosenWay(u.w.connector.ways))
	}
	f.auth.SetText(`{"token": "mine"}`)
	u.w.connector.url.SetText("http://b.example:1")
	if o, _ := f.options(); o.EIO != 0 || o.Path != "" || !o.Cookies || o.Auth == nil || chosenWay(u.w.connector.ways) != nil {
		t.Errorf("of another URL the form has %+v", o)
	}
	u.w.checker.url.SetText("http://a.example:1")
	if o, _ := u.w.checker.more.options(); o.Namespace != "/admin" {
		t.Errorf("the form of the check has %+v", o)
	}
	u.w.checker.remember(dial.Options{EIO: 4})
	if o, _ := u.w.prefs.optionsOf("http://a.example:1"); o.EIO != 4 || len(o.Transports) != 1 {
		t.Errorf("after a check, remembered is %+v", o)
	}
}

func TestCertificateErrorIsASentence(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	w, posted := liveWindow(t)
	w.Connect(s.URL, dial.Options{})
	loop(t, posted, func() bool { return w.connector.talk.said.says != "" && !w.Live() })
	w.updateSide()
	got := w.connector.talk.said.says
	if !strings.Contains(got, "certificate") || strings.Contains(got, "x509") || !strings.HasSuffix(got, ".") {
		t.Errorf("it says %q", got)
	}
}

// TestRememberedURLsHaveNoSecret, wherever in them it is.
func TestRememberedURLsHaveNoSecret(t *testing.T) {
	u := open(t)
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
	for _, url := range []string{"http://a:hunter2secret@x.example/", "http://x.example/?token=hunter2secret", "http://x.example/" + jwt + "/?a=b"} {
		u.w.prefs.connectedAs(url, dial.Options{Namespace: "/chat?token=hunter2secret", Path: "/" + jwt + "/"})
	}
	kept := u.w.prefs.String("connect.forms") + strings.Join(u.w.prefs.urls(), " ")
	if strings.Contains(kept, "hunter2secret") || strings.Contains(kept, jwt) || !strings.Contains(kept, `"namespace":"/chat"`) {
		t.Errorf("remembered is %s", kept)
	}
	u.w.prefs.connectedAs("http://y.example/path/", dial.Options{Namespace: "/chat"})
	if o, known := u.w.prefs.optionsOf("http://y.example/path/"); !known || o.Namespace != "/chat" {
		t.Errorf("what is no secret is remembered as %+v, %v", o, known)
	}
}

// TestARecentURLDoesWhatItWasUsedFor: one that was checked is checked again, and one that was connected to connected.
func TestARecentURLDoesWhatItWasUsedFor(t *testing.T) {
	u := open(t)
	p := u.w.prefs
	p.connected("http://127.0.0.1:1")
	p.checked("http://127.0.0.1:2")
	names := func() (list []string) {
		for _, i := range u.w.recentURLs().ChildMenu.Items[:2] {
			list = append(list, i.Label)
		}
		return list
	}
	if got := names(); !slices.Equal(got, []string{"Check http://127.0.0.1:2", "Connect to http://127.0.0.1:1"}) {
		t.Errorf("offered are %q", got)
	}
	u.w.recentURLs().ChildMenu.Items[0].Action()
	if u.w.side.now != u.w.checker.panel || u.w.opening.experiments == nil {
		t.Error("what was checked was not checked again")
	}
	u.w.recentURLs().ChildMenu.Items[1].Action()
	if u.w.side.now != u.w.connector.panel || u.w.opening.experiments != nil {
		t.Error("what was connected to was not connected to again")
	}
	p.checked("http://127.0.0.1:1")
	p.connected("http://127.0.0.1:2")
	if got := names(); !slices.Equal(got, []string{"Connect to http://127.0.0.1:2", "Check http://127.0.0.1:1"}) {
		t.Errorf("the other way round, offered are %q", got)
	}
	items := u.w.recentURLs().ChildMenu.Items
	items[len(items)-1].Action()
	if kept := p.StringList("recent.checked"); len(kept)+len(p.urls())+len(p.forms()) != 0 {
		t.Errorf("%q is remembered of what was to be forgotten", kept)
	}
}
