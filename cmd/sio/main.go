// Command sio is sioscope without a window: no cgo, no OpenGL, one static file.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "usage: sio open FILE")
	os.Exit(2)
}
