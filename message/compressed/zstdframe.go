package compressed

import "encoding/binary"

// The kinds of frame of Zstandard (RFC 8878, 3.1), and the length of the header of
// those that decompressors skip.
const (
	noFrame = iota
	dataFrame
	skippedFrame

	skippedHeader = 8
)

// zstdFrame returns what kind of frame content begins with, and its size, which is
// zero if it is none. A frame that is cut off ends with content.
func zstdFrame(content []byte) (kind, size int) {
	if len(content) < skippedHeader {
		return noFrame, 0
	}
	switch magic := binary.LittleEndian.Uint32(content); {
	case magic&^15 == 0x184d2a50:
		size := uint64(binary.LittleEndian.Uint32(content[4:])) + skippedHeader
		return skippedFrame, int(min(size, uint64(len(content))))
	case magic != 0xfd2fb528:
		return noFrame, 0
	}
	descriptor := content[4]
	at := 5 + [4]int{0, 1, 2, 4}[descriptor&3]
	if descriptor&0x20 == 0 {
		at += 1 + [4]int{0, 2, 4, 8}[descriptor>>6]
	} else {
		at += [4]int{1, 2, 4, 8}[descriptor>>6]
	}
	for at+3 <= len(content) {
		block := int(content[at]) | int(content[at+1])<<8 | int(content[at+2])<<16
		at += 3
		if block>>1&3 == 1 { // one byte, repeated
			at++
		} else {
			at += block >> 3
		}
		if block&1 == 1 {
			if descriptor&4 != 0 {
				at += 4 // its checksum
			}
			return dataFrame, min(at, len(content))
		}
	}
	return dataFrame, len(content)
}
