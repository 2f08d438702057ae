package cli

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// columns is the width of the console that w is, 0 where it is none or does not know ANSI sequences, which it is
// told to obey.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil || windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) != nil {
		return 0
	}
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(console, &info) != nil {
		return 80
	}
	return int(info.Window.Right-info.Window.Left) + 1
}
