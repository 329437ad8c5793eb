package ocr

import "golang.org/x/sys/unix"

const (
	maxMemory = 2 << 30  // bytes of address space
	maxFile   = 64 << 20 // bytes of one file that it writes
	maxTime   = 300      // seconds of processor time, should killing it fail
)

// restrict bounds what a program just started may use. That it runs for a moment
// without bounds does no harm: it has not yet read the picture.
func restrict(pid int) {
	for resource, limit := range map[int]uint64{
		unix.RLIMIT_AS: maxMemory, unix.RLIMIT_FSIZE: maxFile, unix.RLIMIT_CPU: maxTime, unix.RLIMIT_CORE: 0,
	} {
		_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: limit, Max: limit}, nil) // it may have ended
	}
}
