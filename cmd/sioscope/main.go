// Command sioscope is the window on Socket.IO traffic: the one importer of fyne.io/fyne/v2/app.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/capture/temp"
	_ "sioscope/internal/preset" // before Fyne
	"sioscope/protocol/diagnose"
	"sioscope/ui"
	"sioscope/ui/cli"
	"sioscope/ui/locale"
	"sioscope/ui/prefs"
	"sioscope/ui/store"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with its exit code: 0, 1 where the work failed, 2 for bad usage or unreadable input.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args)
	switch {
	case err != nil && len(o.words) > 0:
		fmt.Fprintf(stderr, "sioscope: %v; sioscope help tells how it is used\n", err)
		return 2
	case err != nil:
		fmt.Fprintf(stderr, "sioscope: %v\n\n%s", err, usage)
		return 2
	case o.help && o.verb() != "":
		return terminal([]string{"help", o.verb()}, nil, stdout, stderr)
	case o.help:
		fmt.Fprint(stdout, usage)
		return 0
	case o.screenshot != "":
		return exit(stderr, screenshot(o))
	case !display():
		return windowless("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)", o, stdout, stderr)
	}
	err = show(o)
	if errors.Is(err, errNoWindow) {
		return windowless("no window can be opened on this display", o, stdout, stderr)
	}
	return exit(stderr, err)
}

// windowless does without a window what it would show.
func windowless(why string, o options, stdout, stderr io.Writer) int {
	words, stdin := instead(o)
	fmt.Fprintf(stderr, "sioscope: %s: this is what %s does.\n", why, says(words, stdin != nil))
	return terminal(words, stdin, stdout, stderr)
}

// instead is the command line that does without a window what the window would show, and what it reads for "-"; nil:
// standard input.
func instead(o options) (words []string, stdin io.Reader) {
	switch {
	case o.verb() == "":
		return []string{"lab", "--for", "3s"}, nil
	case o.verb() == "open" && len(o.rest()) == 0:
		return []string{"open", "-"}, bytes.NewReader(assets.Demo)
	case o.keyLog != "":
		return append([]string{o.verb(), "--keylog", o.keyLog}, o.rest()...), nil
	}
	return o.words, nil
}

// says is how that is called.
func says(words []string, demo bool) string {
	switch {
	case demo:
		return "sio open with the demo recording"
	case words[0] == "lab":
		return "sio " + strings.Join(words, " ")
	}
	return "sio " + words[0] // what follows may hold secrets
}

// terminal does what sio does.
func terminal(words []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := cli.Program{Name: "sioscope", Stdin: stdin, Stdout: stdout, Stderr: stderr}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return p.Run(ctx, words)
}

func exit(stderr io.Writer, err error) int {
	if err != nil {
		fmt.Fprintf(stderr, "sioscope: %v\n", err)
		return 2
	}
	return 0
}

// display says whether a window can be shown.
func display() bool {
	return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// show opens the window and returns when it is closed.
func show(o options) error {
	a := app.NewWithID("io.github.sioscope")
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	prefs.Use(a)
	go temp.Sweep() // what a window that was killed has left
	w, err := opened(a, ui.Options{Files: o.files, Demo: demo, Diagnose: diagnose.In, Do: ui.OnMain, Modifiers: modifiers, Theme: o.theme, Language: o.language, Locale: locale.Of(os.Getenv), Memory: o.memory, Version: version()})
	if err != nil {
		return err
	}
	if o.size != (fyne.Size{}) {
		w.Fyne().Resize(o.size)
	}
	a.Lifecycle().SetOnStarted(func() {
		if o.size == (fyne.Size{}) {
			w.Started()
		}
		openFirst(w, o)
	})
	defer ui.KeepAwake(a, ui.OnMain)()
	w.Fyne().ShowAndRun()
	w.Rest()
	return nil
}

var errNoWindow = errors.New("no window can be opened")

// opened is the window. Where the display cannot be reached GLFW, which says so on standard error, panics for it.
func opened(a fyne.App, opt ui.Options) (w *ui.Window, err error) {
	defer func() {
		switch r := recover(); {
		case r == nil:
		case strings.Contains(fmt.Sprint(r), "NotInitialized"):
			err = errNoWindow
		default:
			panic(r)
		}
	}()
	return ui.New(a, opt)
}

// openFirst shows what the command line names, and without a verb the lab, so that a newcomer sees the whole story.
func openFirst(w *ui.Window, o options) {
	switch {
	case o.empty:
	case o.verb() == "open" && o.pair:
		w.CompareFiles([2]string(o.rest()))
	case o.verb() == "check" && o.pair:
		w.CompareChecks(o.names, o.urls, o.check) // the URLs were looked at already
	case o.verb() == "open" && len(o.rest()) > 0:
		w.Open(o.rest())
	case o.verb() == "open":
		w.OpenDemo()
	case o.verb() == "connect":
		w.Connect(o.url, o.connect)
	case o.verb() == "sniff":
		w.Sniff(o.sniff)
	case o.verb() == "check":
		w.Check(o.url, o.check)
	default:
		w.OpenLab(o.lab)
	}
	if o.qa {
		w.ShowQA()
	}
}

// files are captures, read with the keys that the command line names.
func (o options) files(paths []string) store.Source {
	f := &capture.Files{}
	if o.keyLog != "" {
		f.Keys = []string{o.keyLog}
	}
	for _, p := range paths {
		f.Inputs = append(f.Inputs, capture.ParseInput(p))
	}
	return f
}

func demo() store.Source {
	return &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(assets.Demo)}
}

// version is what the Go toolchain wrote into the binary.
func version() string {
	info, found := debug.ReadBuildInfo()
	if !found {
		return ""
	}
	var parts []string
	if v := info.Main.Version; v != "" && v != "(devel)" {
		parts = append(parts, "Version "+v)
	}
	if i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" }); i >= 0 {
		parts = append(parts, "commit "+info.Settings[i].Value[:min(len(info.Settings[i].Value), 12)])
	}
	return strings.Join(append(parts, info.GoVersion, runtime.GOOS+"/"+runtime.GOARCH), ", ")
}

func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}
