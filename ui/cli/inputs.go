package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sioscope/capture"
)

const standardInput = "-"

// openInputs makes inputs of the arguments "FILE", "LABEL=FILE" and "-". Those that cannot be read are told in lost;
// it is an error where all are.
func openInputs(args []string) (inputs []capture.Input, lost []*unreadable, err error) {
	if len(args) == 0 {
		return nil, nil, errors.New("no file; name a capture, or - for standard input")
	}
	stdin := false
	for _, arg := range args {
		in := capture.ParseInput(arg)
		if in.Path == standardInput {
			if stdin {
				return nil, nil, errors.New("standard input (-) can be read once only")
			}
			stdin = true
		} else if err := readable(in.Path); err != nil {
			lost = append(lost, &unreadable{in.Path, err})
			continue
		}
		inputs = append(inputs, in)
	}
	if len(inputs) == 0 {
		var why []error
		for _, u := range lost {
			why = append(why, u)
		}
		return nil, nil, errors.Join(why...)
	}
	return inputs, lost, nil
}

// An unreadable is why an input cannot be read.
type unreadable struct {
	path string
	error
}

func readable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %s", path, reason(err))
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a directory; name the captures in it, as in %s", path, filepath.Join(path, "*.pcap"))
	}
	return nil
}

// reason is an error of the file system in words, with the way out.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file; check the name and the directory"
	case errors.Is(err, fs.ErrPermission):
		return "not allowed to read it; change its permissions or run as its owner"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
