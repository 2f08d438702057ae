package locale

import (
	"os/exec"
	"strings"
)

// system is the first of the languages that the user put in order, "ja-JP"; "" where macOS does not tell.
func system() string {
	out, err := exec.Command("/usr/bin/defaults", "read", "-g", "AppleLanguages").Output()
	if err != nil {
		return ""
	}
	return firstOf(string(out))
}

// firstOf reads a property list as it is printed: a list of names, quoted where they have a hyphen.
func firstOf(list string) string {
	first, _, _ := strings.Cut(strings.TrimLeft(list, "( \n"), "\n")
	return strings.Trim(first, `" ,)`)
}
