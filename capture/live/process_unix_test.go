//go:build unix

package live

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// signalled ends when the process is asked to.
func signalled() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt)
}

// asNobody starts a program without any right of root's.
func asNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}
