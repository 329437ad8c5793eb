package e2e

import (
	"testing"
	"time"
)

// deadline is how long anything that must happen may take.
const deadline = 60 * time.Second

// Await polls until the condition holds, and fails the test if it never does.
func Await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(deadline)
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("waited %v for: %s", deadline, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
