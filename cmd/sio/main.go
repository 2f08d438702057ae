// Command sio is sioscope without a window: no cgo, no OpenGL, one static file.
package main

import (
	"context"
	"os"
	"os/signal"

	"sioscope/ui/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
