//go:build !unix

package e2e

import "os/exec"

func alone(*exec.Cmd) {}

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func pause(*exec.Cmd)  {}
func resume(*exec.Cmd) {}
