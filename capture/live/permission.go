package live

import (
	"os"
	"runtime"

	"sioscope/capture"
	"sioscope/protocol/lang"
)

// A PermissionError says that the system does not let this program capture, and what does away with that. It is a
// capture.ErrPermission.
type PermissionError struct {
	Interface string
	Cause     lang.Sentence // without its end
	Command   string        // to be typed in a terminal, or "" where there is none
	Hint      lang.Sentence // what can be done besides or instead; a clause, or empty
}

// Error is one sentence.
func (e *PermissionError) Error() string { return e.In(nil) }

// In is the error in a language.
func (e *PermissionError) In(w lang.Words) string {
	text := e.Cause.In(w)
	if e.Command != "" {
		text = w.S("%s; type once: %s", text, e.Command)
	}
	if !e.Hint.Empty() {
		text = w.S("%s; %s", text, e.Hint.In(w))
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
	e := &PermissionError{Interface: name, Cause: lang.Say("the program %s "+notAllowed+"capture on %s", program(path), name)}
	switch runtime.GOOS {
	case "linux":
		e.Command = "sudo setcap cap_net_raw,cap_net_admin=eip " + capture.Quoted(path)
		if groupCaptures("wireshark") {
			e.Hint = lang.Say("or join the group wireshark, where dumpcap is set up for it (sudo usermod -aG wireshark $USER), log in again, and capture with dumpcap")
		}
	case "darwin":
		e.Cause = lang.Say("%s: only root may open /dev/bpf*", e.Cause)
		e.Command = "sudo chgrp admin /dev/bpf* && sudo chmod g+rw /dev/bpf*"
		e.Hint = lang.Say("that holds until the next start of the system; ChmodBPF, which comes with Wireshark, does it at every start")
	case "windows":
		e.Hint = lang.Say("install Npcap from https://npcap.com without the option that restricts it to administrators")
	}
	return e
}
