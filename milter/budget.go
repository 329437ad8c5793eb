package milter

import "sync/atomic"

// budget is a number of bytes that many messages share.
type budget struct {
	free atomic.Int64
}

func newBudget(bytes int64) *budget {
	b := &budget{}
	b.free.Store(bytes)
	return b
}

// take reports whether n bytes could be taken. It never waits.
func (b *budget) take(n int64) bool {
	if b.free.Add(-n) < 0 {
		b.free.Add(n)
		return false
	}
	return true
}

// give returns what was taken.
func (b *budget) give(n int64) { b.free.Add(n) }
