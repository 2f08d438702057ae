package main

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// TestNoWindow: where no window can be opened, what it would show is printed, and why.
func TestNoWindow(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the system has its windows without DISPLAY")
	}
	for display, why := range map[string]string{
		"":      "sioscope: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): this is what sio open with the demo recording does.",
		":9999": "sioscope: no window can be opened on this display: this is what sio open with the demo recording does.",
	} {
		cmd := exec.Command(os.Args[0], "open")
		cmd.Env = append(os.Environ(), "SIOSCOPE_RUN=1", "WAYLAND_DISPLAY=", "DISPLAY="+display, "HOME="+t.TempDir())
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		if err := cmd.Run(); err != nil {
			t.Errorf("DISPLAY=%s: %v", display, err)
		}
		if !strings.Contains(said.String(), why) || strings.Contains(said.String(), "goroutine") {
			t.Errorf("DISPLAY=%s: standard error is %s", display, said.String())
		}
		if !strings.HasPrefix(out.String(), "polling: the one session never upgraded") {
			t.Errorf("DISPLAY=%s: %.200s", display, out.String())
		}
	}
}

// TestScreenshotNowhere: a picture that cannot be written is told of before anything is done for it.
func TestScreenshotNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for path, why := range map[string]string{dir + "/none/x.png": "sioscope: there is no directory " + dir + "/none\n", dir: "sioscope: " + dir + " is a directory; name a file in it\n"} {
		cmd := exec.Command(os.Args[0], "--screenshot", path, "open")
		cmd.Env = append(os.Environ(), "SIOSCOPE_RUN=1", "HOME="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err == nil || string(out) != why {
			t.Errorf("%v: %q, want %q", err, out, why)
		}
	}
}
