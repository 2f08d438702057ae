//go:build !unix

package live

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
)

func signalled() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt)
}

func asNobody(*exec.Cmd) {}
