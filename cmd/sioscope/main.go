// Command sioscope is the window on Socket.IO traffic: the one importer of fyne.io/fyne/v2/app.
package main

import (
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	w := app.NewWithID("io.github.sioscope").NewWindow("sioscope")
	w.SetContent(widget.NewLabel("sioscope"))
	w.ShowAndRun()
}
