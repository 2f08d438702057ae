// Command sio is sioscope without a window: no cgo, no OpenGL, one static file.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"sioscope/ui/cli"
)

func main() {
	log.SetOutput(io.Discard) // net/http logs what odd servers send; what matters of it is said in our own words
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
