package ui

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sioscope/capture/dial"
	"sioscope/protocol/lang"
)

// A way is an order of transports, as it is chosen.
type way struct {
	name       string
	transports []string
}

func ways(w lang.Words) []way {
	return []way{
		{w.S("Polling, then WebSocket"), nil},
		{w.S("WebSocket only"), []string{dial.WebSocket}},
		{w.S("Polling only"), []string{dial.Polling}},
		{w.S("WebSocket, then polling"), []string{dial.WebSocket, dial.Polling}},
	}
}

func newWays(h *hears) *choice {
	var names []string
	for _, w := range ways(h.Words) {
		names = append(names, w.name)
	}
	c := newChoice(h, names)
	c.SetSelectedIndex(0)
	return c
}

// chosenWay is the order of transports that c names.
func chosenWay(c *choice) []string { return ways(nil)[max(c.SelectedIndex(), 0)].transports }

// wayOf is the place of an order of transports among those that can be chosen.
func wayOf(transports []string) int {
	for i, w := range ways(nil) {
		if slices.Equal(w.transports, transports) {
			return i
		}
	}
	return 0
}

// A clientForm asks what a client is like, beside its URL: what dial.Options has.
type clientForm struct {
	base                      dial.Options // what is not asked for
	eio                       *choice
	path, namespace           *entry
	auth, header, query       *entry
	authIn, headerIn, queryIn *field
	cookies, insecure         *tick
	object                    *fyne.Container
}

func newClientForm(h *hears, enter func()) *clientForm {
	f := &clientForm{eio: newChoice(h, []string{h.S("4, or 3 if it must be"), "3", "4"})}
	f.eio.SetSelectedIndex(0)
	f.path, f.namespace = newEntry(h, dial.DefaultPath, enter), newEntry(h, "/", enter)
	f.auth = newLines(h, `{"token": "…"}`, 2, enter)
	f.header = newLines(h, "Authorization: Bearer …", 2, enter)
	f.query = newLines(h, "name=value", 2, enter)
	f.cookies = newTick(h, h.S("Keep cookies, as a browser does"), nil)
	f.insecure = newTick(h, h.S("Accept any certificate"), nil)
	f.authIn, f.headerIn, f.queryIn = newField(h, h.S("Auth (JSON)"), f.auth), newField(h, h.S("Headers, one a line"), f.header), newField(h, h.S("Query, one a line"), f.query)
	f.auth.OnChanged, f.header.OnChanged, f.query.OnChanged = f.authIn.changed, f.headerIn.changed, f.queryIn.changed
	f.object = container.New(stacked{}, newField(h, h.S("Engine.IO version"), f.eio).object, newField(h, h.S("Path of the server"), f.path).object,
		newField(h, h.S("Namespace"), f.namespace).object, f.authIn.object, f.headerIn.object, f.queryIn.object, f.cookies, f.insecure,
		gapTop(6), paragraph(h.S("All of this is remembered for each URL, except auth, headers and query, which may be secrets.")))
	return f
}

// set fills in what options say.
func (f *clientForm) set(o dial.Options) {
	f.base = o
	f.eio.SetSelectedIndex(map[int]int{3: 1, 4: 2}[o.EIO])
	f.path.SetText(o.Path)
	f.namespace.SetText(o.Namespace)
	f.auth.SetText(string(o.Auth))
	var lines []string
	for name, values := range o.Header {
		for _, v := range values {
			lines = append(lines, name+": "+v)
		}
	}
	f.header.SetText(strings.Join(lines, "\n"))
	f.query.SetText(strings.ReplaceAll(o.Query.Encode(), "&", "\n"))
	f.cookies.SetChecked(o.Cookies)
	f.insecure.SetChecked(o.Insecure)
}

// options are what was filled in. Where that cannot be read, the fields say so, and ok is false.
func (f *clientForm) options() (o dial.Options, ok bool) {
	o = f.base
	o.EIO = []int{0, 3, 4}[max(f.eio.SelectedIndex(), 0)]
	o.Path, o.Namespace = strings.TrimSpace(f.path.Text), strings.TrimSpace(f.namespace.Text)
	o.Cookies, o.Insecure = f.cookies.Checked, f.insecure.Checked
	var wrong [3]error
	o.Auth, wrong[0] = readAuth(f.auth.Text)
	o.Header, wrong[1] = readHeader(f.header.Text)
	o.Query, wrong[2] = readQuery(f.query.Text)
	ok = true
	for i, in := range []*field{f.authIn, f.headerIn, f.queryIn} {
		ok = in.says(wrong[i]) && ok
	}
	return o, ok
}

func readAuth(text string) (json.RawMessage, error) {
	text = strings.TrimSpace(text)
	var object map[string]json.RawMessage
	switch {
	case text == "":
		return nil, nil
	case json.Unmarshal([]byte(text), &object) != nil || object == nil:
		return nil, lang.Say(`this is no JSON object, such as {"token": "abc"}`)
	}
	return json.RawMessage(text), nil
}

func readHeader(text string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !found || name == "" || strings.ContainsAny(name, " \t") {
			return nil, lang.Say("a header is a name, a colon and a value, such as X-Tenant: blue")
		}
		h.Add(name, strings.TrimSpace(value))
	}
	return h, nil
}

func readQuery(text string) (url.Values, error) {
	q := url.Values{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		if !found || name == "" {
			return nil, lang.Say("a parameter is a name, an equals sign and a value, such as room=blue")
		}
		q.Add(name, value)
	}
	return q, nil
}
