package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"sioscope/ui/look"
)

const usage = `usage: sioscope [options] [open FILE...]

Shows which transport every Socket.IO session really uses, and why. FILE is a pcap or pcapng capture; several are one
picture, and NAME=FILE names the place a capture was made at. Without a verb the demo recording is shown.

  --theme system|dark|light   the colours; remembered ones otherwise
  --size WxH                  of the window, 400x300 to 16000x16000; 1440x900, or what it was last, otherwise
  --empty                     open nothing
  --screenshot FILE.png       write a picture of the window instead of showing it; needs no display
  --scale N                   pixels per unit of the picture, 0.5 to 4; 1 otherwise
`

// options are the command line.
type options struct {
	paths      []string
	theme      look.Choice
	size       fyne.Size
	scale      float32
	screenshot string
	empty      bool
	help       bool
}

// parse reads the arguments. Options may stand before and after the verb.
func parse(args []string) (o options, err error) {
	o.scale = 1
	var words []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch arg {
		case "-h", "--help", "help":
			o.help = true
		case "--empty":
			o.empty = true
		case "--theme", "--size", "--screenshot", "--scale":
			if len(args) == 0 {
				return o, fmt.Errorf("%s needs a value", arg)
			}
			if err := o.set(arg, args[0]); err != nil {
				return o, err
			}
			args = args[1:]
		default:
			if len(arg) > 1 && arg[0] == '-' {
				return o, fmt.Errorf("unknown option %s", arg)
			}
			words = append(words, arg)
		}
	}
	return o, o.verb(words)
}

func (o *options) verb(words []string) error {
	if len(words) == 0 {
		return nil
	}
	if words[0] != "open" {
		return fmt.Errorf("unknown verb %q", words[0])
	}
	if len(words) == 1 {
		return errors.New("open needs a file")
	}
	o.paths = words[1:]
	return nil
}

func (o *options) set(name, value string) error {
	switch name {
	case "--screenshot":
		o.screenshot = value
	case "--theme":
		o.theme = look.Choice(value)
		if !slices.Contains([]look.Choice{look.System, look.Dark, look.Light}, o.theme) {
			return fmt.Errorf("--theme is system, dark or light, not %q", value)
		}
	case "--size":
		return o.setSize(value)
	case "--scale":
		f, err := strconv.ParseFloat(value, 32)
		if err != nil || f < 0.5 || f > 4 {
			return fmt.Errorf("--scale is a number from 0.5 to 4, not %q", value)
		}
		o.scale = float32(f)
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
