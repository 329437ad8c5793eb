package charset

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Runs returns the stretches of at least n printable UTF-16 characters in data,
// one a line: for text among data whose structure is not worth knowing. Text may
// begin at any byte, so that some may come with strangers around it.
func Runs(data []byte, n int) string {
	text := runs(data, n)
	if len(data) > 1 {
		text += runs(data[1:], n)
	}
	return strings.TrimSuffix(text, "\n")
}

// runs is Runs for text at even offsets.
func runs(data []byte, n int) string {
	var out strings.Builder
	start := 0
	for at := 0; ; at += 2 {
		end := at+2 > len(data)
		if !end && printable(binary.LittleEndian.Uint16(data[at:])) {
			continue
		}
		if (at-start)/2 >= n {
			units := make([]uint16, 0, (at-start)/2)
			for ; start < at; start += 2 {
				units = append(units, binary.LittleEndian.Uint16(data[start:]))
			}
			out.WriteString(string(utf16.Decode(units)))
			out.WriteByte('\n')
		}
		if end {
			return out.String()
		}
		start = at + 2
	}
}

// printable reports whether a UTF-16 unit is likely to be text: of a script that
// the world writes much in.
func printable(unit uint16) bool {
	switch {
	case unit < 0x7f:
		return unit >= ' '
	case unit < 0x250:
		return unit >= 0xa0
	case unit < 0x700:
		return unit >= 0x370
	}
	return unit >= 0x2010 && unit < 0x2040 || unit >= 0x3040 && unit < 0x3100 || unit >= 0x4e00 && unit < 0xa000 || unit >= 0xac00 && unit < 0xd7a4
}
