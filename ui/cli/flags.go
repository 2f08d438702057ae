package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// parse reads flags wherever they stand, before, between or after the arguments, and returns the arguments. "--" ends
// the flags. Errors are one sentence.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, sentence(fs, err)
		}
		left := fs.Args()
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" || len(left) == 0 {
			return append(rest, left...), nil
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// sentence says what package flag says, with the two dashes people type and the flags there are.
func sentence(fs *flag.FlagSet, err error) error {
	if name, found := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); found {
		var names []string
		fs.VisitAll(func(f *flag.Flag) { names = append(names, dashed(f.Name)) })
		return fmt.Errorf("unknown flag %s; there are %s", dashed(strings.TrimPrefix(name, "-")), strings.Join(names, ", "))
	}
	if name, found := strings.CutPrefix(err.Error(), "flag needs an argument: -"); found {
		return fmt.Errorf("%s needs a value", dashed(name))
	}
	if _, rest, found := strings.Cut(err.Error(), " for flag -"); found { // what was given may be a secret
		if name, why, _ := strings.Cut(rest, ": "); slices.Contains([]string{"header", "query", "emit", "expect"}, name) {
			return fmt.Errorf("--%s: %s", name, why)
		}
	}
	return errors.New(strings.NewReplacer(" for flag -", " for --", " for -", " for --").Replace(err.Error()))
}

// dashed is a flag as people type it.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// size is the value of a flag that is a number of bytes.
type size struct{ value *int64 }

func (s size) String() string {
	if s.value == nil {
		return ""
	}
	return fmt.Sprint(*s.value)
}

func (s size) Set(text string) error {
	digits := strings.TrimRight(strings.ToLower(strings.TrimSpace(text)), " kmgib")
	unit, known := map[string]int64{"": 1, "b": 1, "k": 1e3, "kb": 1e3, "kib": 1 << 10, "m": 1e6, "mb": 1e6, "mib": 1 << 20,
		"g": 1e9, "gb": 1e9, "gib": 1 << 30}[strings.TrimSpace(strings.ToLower(strings.TrimSpace(text))[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !known || n <= 0 || n > 1<<50/unit {
		return errors.New("want a size such as 100MB or 2GB")
	}
	*s.value = n * unit
	return nil
}

// bytesText is a size as it may be typed, exact.
func bytesText(n int64) string {
	switch {
	case n%1e6 == 0:
		return fmt.Sprintf("%dMB", n/1e6)
	case n%1e3 == 0:
		return fmt.Sprintf("%dKB", n/1e3)
	}
	return fmt.Sprintf("%dB", n)
}

// oneOf is the value of a flag that knows a few words.
type oneOf struct {
	value *string
	words []string
}

func (o oneOf) String() string {
	if o.value == nil {
		return ""
	}
	return *o.value
}

func (o oneOf) Set(s string) error {
	if !slices.Contains(o.words, s) {
		return fmt.Errorf("want %s", strings.Join(o.words, " or "))
	}
	*o.value = s
	return nil
}
