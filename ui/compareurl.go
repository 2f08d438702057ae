package ui

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2/container"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/protocol/lang"
)

// askURL has the field for a service that is checked, with what that sends.
func (s *sideForm) askURL() {
	w, h := s.f.w, &s.f.w.hears
	s.url = newURLEntry(h, w.prefs.urls(), s.f.compare)
	s.url.escape = s.name.escape
	s.url.OnChanged = func(text string) {
		s.urlIn.says(nil)
		if !s.named {
			s.rename(nameFromURL(w.Words, text))
		}
	}
	sends := w.S("Sends up to %d requests, to this URL only.", check.DefaultMaxRequests)
	s.urlIn = newField(h, w.S("URL of the service"), container.New(stacked{}, s.url, paragraph(sends)))
}

// checked is a service that is to be checked; false where its field says that it cannot be.
func (s *sideForm) checked() (comparand, bool) {
	w := s.f.w
	run, err := check.New(s.url.Text, check.Options{Client: dial.Options{Cookies: true}, Words: w.Words})
	if !s.urlIn.says(err) {
		return comparand{}, false
	}
	w.prefs.checked(s.url.Text)
	return ofCheck(s.name.Text, s.url.Text, run), true
}

// nameFromURL is what a side is called by its address: by a word in its host, else by that.
func nameFromURL(w lang.Words, text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" {
		return ""
	}
	if name := usualName(w, u.Hostname()); name != "" && u.Hostname() != "localhost" {
		return name
	}
	return u.Host
}
