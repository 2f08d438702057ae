package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/capture/live"
	"sioscope/internal/lab"
	"sioscope/ui/cli"
	"sioscope/ui/locale"
	"sioscope/ui/look"
)

const usage = `usage: sioscope [options] [VERB ...]

Shows which transport every Socket.IO session really uses, and why. Without a verb it opens on the lab.

  open [--keylog K] [FILE...] pcap or pcapng captures; several are one picture, and NAME=FILE names the place a capture
                              was made at; K is a file with keys to read TLS with. Without a file: the demo recording
  open --compare A B          two captures held against each other, each named: dev=a.pcap prod=b.pcap
  connect [flags] [URL]       as a Socket.IO client of its own, every packet as it happens
  check [flags] [URL]         experiments: whether WebSocket is reached, why not, and what would help
  check [flags] A=URL B=URL   two services held against each other
  sniff [-i INTERFACE] [flags]
                              the traffic of a network interface, while it passes
  lab [flags]                 a small cluster on this computer, with faults to switch

The flags of a verb: sioscope help VERB. They are those of sio; what is for its report has no effect here.

  --theme system|dark|light   the colours; remembered ones otherwise
  --lang en|ja                the language, English or Japanese; the remembered one otherwise, or the system's
  --size WxH                  of the window, 400x300 to 16000x16000; 1440x900, or what it was last, otherwise
  --qa                        show one session in a word, WEBSOCKET or POLLING, over the whole window: the QA view
  --empty                     open nothing
  --screenshot FILE.png       write a picture of the window instead of showing it; needs no display
  --scale N                   pixels per unit of the picture, 0.5 to 4; 1 otherwise
  --wait 4s                   how long what is live is watched before its picture is taken; a check to its end, at most
`

// options are the command line.
type options struct {
	words      []string // the verb and what follows it, without the window's own options
	keyLog     string   // of open
	url        string   // of connect and check; may be ""
	pair       bool     // two captures, or two services, are compared
	names      [2]string
	urls       [2]string // of services that are compared
	connect    dial.Options
	check      check.Options
	lab        lab.Options
	sniff      live.Options
	memory     int64 // bytes that sniff may keep; 0: as set in the window
	theme      look.Choice
	language   string // "": the remembered one, or the system's
	size       fyne.Size
	scale      float32
	screenshot string
	wait       time.Duration
	empty      bool
	qa         bool
	help       bool
}

// verb is the first word, "" where there is none.
func (o *options) verb() string {
	if len(o.words) == 0 {
		return ""
	}
	return o.words[0]
}

// rest are the words after the verb.
func (o *options) rest() []string { return o.words[min(len(o.words), 1):] }

// parse reads the arguments. The window's options may stand before, between and after those of the verb, but not after
// "--".
func parse(args []string) (o options, err error) {
	o.scale, o.wait = 1, 4*time.Second
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch arg {
		case "-h", "--help", "help":
			o.help = true
		case "--empty":
			o.empty = true
		case "--qa":
			o.qa = true
		case "--":
			o.words = append(append(o.words, arg), args...)
			args = nil
		case "--keylog", "--theme", "--lang", "--size", "--screenshot", "--scale", "--wait":
			if len(args) == 0 {
				return o, fmt.Errorf("%s needs a value", arg)
			}
			if err := o.set(arg, args[0]); err != nil {
				return o, err
			}
			args = args[1:]
		default:
			o.words = append(o.words, arg)
		}
	}
	if o.help {
		return o, nil
	}
	return o, o.readVerb()
}

// readVerb reads what is for the verb.
func (o *options) readVerb() (err error) {
	if o.keyLog != "" && o.verb() != "open" {
		return errors.New("--keylog is for open: what connect and check send is seen before it is encrypted")
	}
	switch o.verb() {
	case "":
	case "open":
		if o.pair = slices.Contains(o.rest(), "--compare"); o.pair {
			o.words = slices.DeleteFunc(o.words, func(s string) bool { return s == "--compare" })
			if n := len(o.rest()); n != 2 {
				return fmt.Errorf("open: --compare takes two captures, got %d", n)
			}
		}
		if i := slices.IndexFunc(o.rest(), func(s string) bool { return len(s) > 1 && s[0] == '-' }); i >= 0 {
			return fmt.Errorf("unknown option %s", o.rest()[i])
		}
	case "connect":
		o.url, o.connect, err = cli.ConnectArguments(o.rest())
	case "check":
		if o.names, o.urls, o.check, o.pair, err = cli.PairArguments(o.rest()); err == nil && !o.pair {
			o.url, o.check, err = cli.CheckArguments(o.rest())
		}
		for _, url := range o.urls {
			if o.pair && err == nil {
				_, err = check.New(url, o.check)
			}
		}
	case "sniff":
		o.sniff, o.memory, err = cli.SniffArguments(o.rest())
	case "lab":
		o.lab, err = cli.LabArguments(o.rest())
	default:
		if strings.HasPrefix(o.verb(), "-") {
			return fmt.Errorf("unknown option %s", o.verb())
		}
		return fmt.Errorf("unknown verb %q", o.verb())
	}
	if err != nil {
		return fmt.Errorf("%s: %s", o.verb(), dial.Explain(nil, err))
	}
	return nil
}

func (o *options) set(name, value string) error {
	switch name {
	case "--keylog":
		o.keyLog = value
	case "--screenshot":
		o.screenshot = value
	case "--theme":
		o.theme = look.Choice(value)
		if !slices.Contains([]look.Choice{look.System, look.Dark, look.Light}, o.theme) {
			return fmt.Errorf("--theme is system, dark or light, not %q", value)
		}
	case "--lang":
		o.language = value
		if !slices.Contains(locale.Languages(), o.language) {
			return fmt.Errorf("--lang is %s, not %q", strings.Join(locale.Languages(), " or "), value)
		}
	case "--size":
		return o.setSize(value)
	case "--scale":
		f, err := strconv.ParseFloat(value, 32)
		if err != nil || f < 0.5 || f > 4 {
			return fmt.Errorf("--scale is a number from 0.5 to 4, not %q", value)
		}
		o.scale = float32(f)
	case "--wait":
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 || d > time.Hour {
			return fmt.Errorf("--wait is a time such as 4s, up to an hour, not %q", value)
		}
		o.wait = d
	}
	return nil
}

// setSize takes a width and a height, within what can be painted and read.
func (o *options) setSize(value string) error {
	width, height, _ := strings.Cut(value, "x")
	w, errW := strconv.Atoi(width)
	h, errH := strconv.Atoi(height)
	switch {
	case errW != nil || errH != nil:
		return fmt.Errorf("--size is like 1440x900, not %q", value)
	case w < 400 || h < 300:
		return fmt.Errorf("--size %s is too small: the least is 400x300", value)
	case w > 16000 || h > 16000:
		return fmt.Errorf("--size %s is too large: the most is 16000x16000", value)
	}
	o.size = fyne.NewSize(float32(w), float32(h))
	return nil
}
