package cli

import (
	"runtime"
	"strings"

	"sioscope/ui/report"
)

// maxColumns keeps sentences readable on a very wide terminal.
const maxColumns = 180

// textOptions say what standard output can show.
func (p *Program) textOptions(f openFlags) report.Options {
	columns := p.Columns(p.Stdout)
	if f.output != "" {
		columns = 0
	}
	opt := report.Options{Width: min(columns, maxColumns), All: f.all, Paths: f.output == "", ASCII: f.output == "" && !utf8Output(p.Getenv) && p.words(f) == nil}
	switch f.color {
	case "always":
		opt.Color = true
	case "auto":
		// https://no-color.org: set and not empty
		opt.Color = columns > 0 && p.Getenv("NO_COLOR") == "" && p.Getenv("TERM") != "dumb"
	}
	return opt
}

// utf8Output tells whether the locale is a UTF-8 one; the first variable that is set counts (POSIX, "Environment
// Variables"). A Windows console takes UTF-16 from Go, whatever its code page.
func utf8Output(getenv func(string) string) bool {
	if runtime.GOOS == "windows" {
		return true
	}
	for _, name := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(getenv(name)); v != "" {
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return false
}
