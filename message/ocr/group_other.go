//go:build !unix

package ocr

import "os/exec"

// ownGroup leaves the program as it is: only it is killed, not what it starts.
func ownGroup(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}
