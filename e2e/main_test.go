//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
)

// binary is the zixpolicy under test, built once for all tests.
var binary string

// passed and failed count the cases of all tables.
var passed, failed atomic.Int64

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "zixpolicy-build-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if binary, err = Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, "e2e: build zixpolicy:", err)
		return 1
	}
	status := m.Run()
	fmt.Printf("e2e: %d cases passed, %d failed\n", passed.Load(), failed.Load())
	return status
}

// runCase runs one case as a subtest and counts it.
func runCase(t *testing.T, name string, f func(t *testing.T)) {
	t.Run(name, func(t *testing.T) {
		defer func() {
			if t.Failed() {
				failed.Add(1)
			} else {
				passed.Add(1)
			}
		}()
		f(t)
	})
}
