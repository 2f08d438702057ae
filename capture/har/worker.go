package har

import (
	"maps"
	"slices"
)

// Playwright logs what a service worker fetches beside what the page asked for: of one request there are two entries then,
// and the worker's has no body.

// dropCopies takes out the entries of service workers that are of a request which a page made.
func (h *Reader) dropCopies() error {
	if len(h.workers) == 0 {
		return nil
	}
	copies := map[string][]int64{}
	for _, at := range slices.Sorted(maps.Keys(h.workers)) {
		asked, err := h.asked(at)
		if err != nil {
			return err
		}
		copies[asked] = append(copies[asked], at)
	}
	dropped := map[int64]bool{}
	for _, r := range h.refs {
		if h.workers[r.offset] {
			continue
		}
		asked, err := h.asked(r.offset)
		if err != nil {
			return err
		}
		for _, at := range copies[asked] {
			dropped[at] = true
		}
	}
	h.refs = slices.DeleteFunc(h.refs, func(r ref) bool { return dropped[r.offset] })
	return nil
}

// asked is the method and the URL of an entry.
func (h *Reader) asked(offset int64) (string, error) {
	s, method, url := h.scan, "", ""
	s.seek(offset)
	err := s.object(func(key []byte) error {
		if string(key) != "request" {
			return s.skip()
		}
		return s.object(func(key []byte) error {
			var into *string
			switch string(key) {
			case "method":
				into = &method
			case "url":
				into = &url
			default:
				return s.skip()
			}
			v, err := s.scalar(4 << 10)
			*into = string(v.text)
			return err
		})
	})
	return method + " " + url, err
}
