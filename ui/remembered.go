package ui

import (
	"encoding/json"
	"slices"
	"strings"

	"sioscope/capture/dial"
	"sioscope/protocol/redact"
)

// A remembered form is what was filled in for a URL, without what may be a secret: auth, headers and query.
type remembered struct {
	URL        string   `json:"url"`
	Transports []string `json:"transports,omitempty"`
	EIO        int      `json:"eio,omitempty"`
	Path       string   `json:"path,omitempty"`
	Namespace  string   `json:"namespace,omitempty"`
	NoCookies  bool     `json:"noCookies,omitempty"`
	Insecure   bool     `json:"insecure,omitempty"`
}

func (s settings) forms() (list []remembered) {
	json.Unmarshal([]byte(s.String("connect.forms")), &list) // what is none is nothing
	return list
}

// connectedAs remembers a URL, and how it was connected to.
func (s settings) connectedAs(url string, o dial.Options) {
	s.connected(url)
	url = cleanURL(url, redact.Redactor{}.Target(url))
	list := slices.DeleteFunc(s.forms(), func(r remembered) bool { return r.URL == url })
	list = append([]remembered{{url, o.Transports, o.EIO, cleanPath(o.Path), cleanPath(o.Namespace), !o.Cookies, o.Insecure}}, list...)
	if text, err := json.Marshal(list[:min(len(list), maxRecent)]); err == nil {
		s.SetString("connect.forms", string(text))
	}
}

// cleanPath is what is remembered of a path or a namespace, which may have a query: nothing that may be a secret.
func cleanPath(path string) string {
	if hidesNothing(path) {
		return path
	}
	if path, _, _ = strings.Cut(path, "?"); hidesNothing(path) {
		return path
	}
	return ""
}

// hidesNothing says whether nothing in a URL, or a part of one, may be a secret.
func hidesNothing(url string) bool { return redact.Redactor{}.Target(url) == url }

// optionsOf is how a URL was connected to last, or how a browser would.
func (s settings) optionsOf(url string) (o dial.Options, known bool) {
	for _, r := range s.forms() {
		if r.URL == url {
			return dial.Options{Transports: r.Transports, EIO: r.EIO, Path: r.Path, Namespace: r.Namespace, Cookies: !r.NoCookies, Insecure: r.Insecure}, true
		}
	}
	return dial.Options{Cookies: true}, false
}

// recall fills the form in as it was for a URL, where it is one that was connected to. What is in auth, headers and query
// stays.
func (f *clientForm) recall(s settings, url string) (o dial.Options, known bool) {
	o, known = s.optionsOf(url)
	if !known {
		return o, false
	}
	f.eio.SetSelectedIndex(map[int]int{3: 1, 4: 2}[o.EIO])
	f.path.SetText(o.Path)
	f.namespace.SetText(o.Namespace)
	f.cookies.SetChecked(o.Cookies)
	f.insecure.SetChecked(o.Insecure)
	return o, true
}
