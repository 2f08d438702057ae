package cli

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeCommands: the command lines of the README, those of its CI jobs too, have flags and values that there are.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)(?:^|[ /])sio (check|open|connect|lab|sniff) ([^#|\n]+)`)
	seen := map[string]int{}
	fenced := false
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		m := command.FindStringSubmatch(line)
		if !fenced || m == nil {
			continue
		}
		seen[m[1]]++
		rest, _, _ := strings.Cut(m[2], " > ")
		rest, _, _ = strings.Cut(rest, " >> ")
		args := strings.Fields(strings.ReplaceAll(rest, `"`, ""))
		if err := readFlags(m[1], args); err != nil {
			t.Errorf("%s: %v", strings.TrimSpace(line), err)
		}
	}
	if seen["check"] < 6 || seen["open"] < 6 {
		t.Errorf("found %v", seen)
	}
}

// readFlags reads flags as their verb does.
func readFlags(verb string, args []string) error {
	var open openFlags
	var check checkFlags
	var connect connectFlags
	var lab labFlags
	var sniff sniffFlags
	sets := map[string]func() (*flag.FlagSet, *openFlags){
		"open":    func() (*flag.FlagSet, *openFlags) { return open.set(), &open },
		"check":   func() (*flag.FlagSet, *openFlags) { return check.set(), &check.out },
		"connect": func() (*flag.FlagSet, *openFlags) { return connect.set(), &connect.out },
		"lab":     func() (*flag.FlagSet, *openFlags) { return lab.set(), &lab.out },
		"sniff":   func() (*flag.FlagSet, *openFlags) { return sniff.set(), &sniff.out },
	}
	fs, out := sets[verb]()
	if _, err := parse(fs, args); err != nil {
		return err
	}
	return out.settle()
}
