package cli

import (
	"errors"
	"fmt"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	wire "sioscope/capture/live"
	"sioscope/internal/lab"
)

// ConnectArguments, CheckArguments, LabArguments and SniffArguments read what follows the verb, for a window that does the same. Flags
// for the report have no effect there. Where no URL is named it is "". Errors are one sentence.
func ConnectArguments(args []string) (url string, o dial.Options, err error) {
	var f connectFlags
	names, err := parse(f.set(), joinEmits(args))
	if err == nil {
		o, err = f.options()
	}
	if err == nil && f.stdin {
		err = errors.New("--emit - is for the command line: the window has a field for events")
	}
	if err == nil {
		url, err = oneURL(names)
	}
	o.Until = dial.Forever
	return url, o, err
}

// CheckArguments does so for check.
func CheckArguments(args []string) (url string, o check.Options, err error) {
	var f checkFlags
	names, err := parse(f.set(), args)
	if err == nil {
		o, err = f.options()
	}
	if err == nil {
		url, err = oneURL(names)
	}
	return url, o, err
}

// PairArguments does so for check where two services are named, NAME=URL or URL; two is false where they are not two.
func PairArguments(args []string) (names, urls [2]string, o check.Options, two bool, err error) {
	var f checkFlags
	list, err := parse(f.set(), args)
	if err != nil || len(list) != 2 {
		return names, urls, o, false, err
	}
	for i, arg := range list {
		names[i], urls[i] = labelled(arg)
	}
	o, err = f.options()
	return names, urls, o, true, err
}

// LabArguments does so for lab.
func LabArguments(args []string) (lab.Options, error) {
	var f labFlags
	rest, err := parse(f.set(), args)
	if err == nil {
		err = f.check(rest)
	}
	return f.options, err
}

// SniffArguments does so for sniff; the interface is "" where none is named, and the memory 0 where none is.
func SniffArguments(args []string) (o wire.Options, memory int64, err error) {
	var f sniffFlags
	rest, err := parse(f.set(), args)
	if err == nil {
		err = f.out.check()
	}
	switch {
	case err != nil:
	case len(rest) > 0:
		err = fmt.Errorf("want no arguments, got %q; an interface goes with -i", rest[0])
	case f.write != "":
		err = errors.New("-w is for the command line: sio sniff -w FILE")
	}
	return f.options, f.out.memory, err
}

func oneURL(names []string) (string, error) {
	switch len(names) {
	case 0:
		return "", nil
	case 1:
		return names[0], nil
	}
	return "", fmt.Errorf("the window shows one URL, got %d", len(names))
}
