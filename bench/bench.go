// Package bench measures zixpolicy, and checks what it measures: a benchmark states
// how many hits it must find, so that a speed-up cannot be a fault. Timings are
// compared with a named peer in the same run, never with a figure of another day.
package bench
