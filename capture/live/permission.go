package live

import (
	"os"
	"runtime"
	"strings"

	"sioscope/capture"
)

// A PermissionError says that the system does not let this program capture, and what does away with that. It is a
// capture.ErrPermission.
type PermissionError struct {
	Interface string
	Cause     string // a sentence without its end
	Command   string // to be typed in a terminal, or "" where there is none
	Hint      string // what can be done besides or instead; a clause, or ""
}

// Error is one sentence.
func (e *PermissionError) Error() string {
	text := e.Cause
	if e.Command != "" {
		text += "; type once: " + e.Command
	}
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// notAllowed stands in the cause on every system.
const notAllowed = "is not allowed to "

// Unwrap is for errors.Is.
func (e *PermissionError) Unwrap() error { return capture.ErrPermission }

// newPermissionError is the error of the program that runs.
func newPermissionError(name string) *PermissionError {
	path, err := os.Executable()
	if err != nil {
		path = "sio"
	}
	return permissionOf(name, path)
}

// permissionOf is why the program at path may not capture on an interface.
func permissionOf(name, path string) *PermissionError {
	e := &PermissionError{Interface: name, Cause: "the program " + program(path) + " " + notAllowed + "capture on " + name}
	switch runtime.GOOS {
	case "linux":
		e.Command = "sudo setcap cap_net_raw,cap_net_admin=eip " + quoted(path)
		if groupCaptures("wireshark") {
			e.Hint = "or join the group wireshark, where dumpcap is set up for it (sudo usermod -aG wireshark $USER), log in again, and capture with dumpcap"
		}
	case "darwin":
		e.Cause += ": only root may open /dev/bpf*"
		e.Command = "sudo chgrp admin /dev/bpf* && sudo chmod g+rw /dev/bpf*"
		e.Hint = "that holds until the next start of the system; ChmodBPF, which comes with Wireshark, does it at every start"
	case "windows":
		e.Hint = "install Npcap from https://npcap.com without the option that restricts it to administrators"
	}
	return e
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	if strings.IndexFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
