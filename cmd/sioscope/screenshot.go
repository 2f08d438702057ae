package main

import (
	"fmt"
	"image/png"
	"os"

	"fyne.io/fyne/v2"
	_ "fyne.io/fyne/v2/driver/software" // its app is the current one until another is made: it paints without a display

	"sioscope/protocol/diagnose"
	"sioscope/ui"
	"sioscope/ui/look"
)

// screenshot writes a picture of the window, painted in memory.
func screenshot(o options) error {
	if o.theme == "" || o.theme == look.System {
		o.theme = look.Light
	}
	w, err := ui.New(fyne.CurrentApp(), ui.Options{Files: files, Demo: demo, Diagnose: diagnose.Diagnose, Theme: o.theme})
	if err != nil {
		return err
	}
	if o.size == (fyne.Size{}) {
		o.size = fyne.NewSize(1440, 900)
	}
	if c, ok := w.Fyne().Canvas().(interface{ SetScale(float32) }); ok {
		c.SetScale(o.scale)
	}
	w.Fyne().Resize(o.size)
	openFirst(w, o)
	if err := w.Err(); err != nil {
		return err
	}
	w.Present()
	return write(o.screenshot, w)
}

func write(path string, w *ui.Window) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	if err := png.Encode(f, w.Fyne().Canvas().Capture()); err != nil {
		f.Close()
		return fmt.Errorf("writing the picture: %w", err)
	}
	return f.Close()
}
