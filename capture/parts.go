package capture

import (
	"io"
	"os"
	"slices"
	"strings"

	"sioscope/capture/pcapfile"
)

// What Save writes of several captures is one file, in which each has interfaces of its own. It is read as those captures
// again: the same connection may have passed both of the places where they were made.

// savedBy is how the program that writes such a file names itself.
const savedBy = "sioscope"

// What an interface is, in a file that Save wrote.
const (
	ofPlace = "place: " // and what the user called it
	ofFile  = "file: "
)

// maxParts is how many captures such a file is taken apart into.
const maxParts = 64

// apart gives the inputs with those that are several captures taken apart.
func (f *Files) apart() *Files {
	f = f.unzipped()
	var inputs []Input
	for i, in := range f.Inputs {
		parts := in.parts()
		if len(parts) > 1 && inputs == nil {
			inputs = slices.Clone(f.Inputs[:i])
		}
		if len(parts) > 1 {
			inputs = append(inputs, parts...)
		} else if inputs != nil {
			inputs = append(inputs, in)
		}
	}
	if inputs == nil {
		return f
	}
	g := *f
	g.Inputs = inputs
	return &g
}

// parts are the captures that a file is made of, nil where it is one.
func (in Input) parts() (parts []Input) {
	if in.Label != "" || in.size() == 0 || in.iface != "" {
		return nil
	}
	file, err := os.Open(in.Path)
	if err != nil {
		return nil
	}
	defer file.Close()
	var src io.Reader = file
	if in.member > 0 {
		if src, _, err = in.openMember(file); err != nil {
			return nil
		}
	}
	r, err := pcapfile.NewReader(src, in.Path)
	if err != nil {
		return nil
	}
	app, list := r.Head()
	if !strings.HasPrefix(app, savedBy) || len(list) > maxParts {
		return nil
	}
	for _, i := range list {
		part := in
		part.iface = i.About
		if label, named := strings.CutPrefix(i.About, ofPlace); named {
			part.Label = label
		} else if !strings.HasPrefix(i.About, ofFile) {
			return nil
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// takes says whether a packet is of the capture that the source is.
func (s *source) takes(p *pcapfile.Packet) bool {
	return s.reader.About(p.Interface) == s.iface
}
