// Command sioscope is the window on Socket.IO traffic: the one importer of fyne.io/fyne/v2/app.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui"
	"sioscope/ui/report"
	"sioscope/ui/store"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with its exit code: 0, 1 where the work failed, 2 for bad usage or unreadable input.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "sioscope: %v\n\n%s", err, usage)
		return 2
	case o.help:
		fmt.Fprint(stdout, usage)
		return 0
	case o.screenshot != "":
		return exit(stderr, screenshot(o))
	case !display():
		fmt.Fprintln(stderr, "sioscope: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): this is what sio open prints.")
		return exit(stderr, printReport(o, stdout))
	}
	return exit(stderr, show(o))
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
	w, err := ui.New(a, ui.Options{Files: files, Demo: demo, Diagnose: diagnose.Diagnose, Do: ui.OnMain, Modifiers: modifiers, Theme: o.theme, Version: version()})
	if err != nil {
		return err
	}
	if o.size != (fyne.Size{}) {
		w.Fyne().Resize(o.size)
	}
	a.Lifecycle().SetOnStarted(func() { openFirst(w, o) })
	w.Fyne().ShowAndRun()
	return nil
}

// openFirst shows what the command line names, and without a verb the demo, so that a newcomer sees the whole story.
func openFirst(w *ui.Window, o options) {
	switch {
	case len(o.paths) > 0:
		w.Open(o.paths)
	case !o.empty:
		w.OpenLab(lab.Options{})
	}
}

func files(paths []string) store.Source {
	f := &capture.Files{}
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
	text := "Version " + info.Main.Version
	if i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" }); i >= 0 {
		text += ", commit " + info.Settings[i].Value[:min(len(info.Settings[i].Value), 12)]
	}
	return text + ", " + info.GoVersion + ", " + runtime.GOOS + "/" + runtime.GOARCH
}

func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// printReport is for a machine without a display.
func printReport(o options, out io.Writer) error {
	src, name := demo(), "demo"
	if len(o.paths) > 0 {
		src, name = files(o.paths), o.paths[0]
	}
	s := store.New(name, diagnose.Diagnose)
	s.Fill(context.Background(), src)
	var err error
	s.Read(func(t *session.Tracker, st *store.State) {
		if err = st.Err; err == nil {
			err = report.Text(out, report.Input{Tracker: t, Diagnosis: st.Diagnosis}, report.Options{})
		}
	})
	return err
}
