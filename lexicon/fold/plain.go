package fold

import (
	"encoding/binary"
	"unsafe"
)

// plainPrefix returns how many bytes at the start of s are ASCII and stand for
// themselves: all but the controls below the tabulator, which readers never see.
func plainPrefix(s string) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	i := 0
	for ; len(b)-i >= 64; i += 64 {
		block := (*[64]byte)(b[i:])
		var some uint64
		for j := 0; j < 64; j += 32 {
			w0 := binary.LittleEndian.Uint64(block[j:])
			w1 := binary.LittleEndian.Uint64(block[j+8:])
			w2 := binary.LittleEndian.Uint64(block[j+16:])
			w3 := binary.LittleEndian.Uint64(block[j+24:])
			// A byte below 9 borrows into its high bit. A borrow may also reach the byte
			// after it, but never comes out of nothing.
			some |= w0 | w1 | w2 | w3 | (w0 - 9*ones) | (w1 - 9*ones) | (w2 - 9*ones) | (w3 - 9*ones)
		}
		if some&highs != 0 {
			break
		}
	}
	for i < len(b) && b[i]-9 < 0x80-9 {
		i++
	}
	return i
}
