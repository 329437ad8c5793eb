package message

import (
	"bytes"
	"iter"
)

// yencFiles yields the files that stand in a text in yEnc, each between the lines
// "=ybegin … name=NAME" and "=yend". Of a file in several parts, each is one. It
// shares its result with uuencode: a name, bytes, and whether they end.
func yencFiles(text []byte) iter.Seq[uuFile] {
	return func(yield func(uuFile) bool) {
		for {
			i := indexLine(text, "=ybegin ")
			if i < 0 {
				return
			}
			line, rest := cutLine(text[i:])
			text = rest
			_, name, ok := bytes.Cut(line, []byte(" name="))
			if !ok {
				continue
			}
			var file uuFile
			file, text = decodeYEnc(rest)
			file.name = decodeValue(string(bytes.TrimSpace(name)))
			if len(file.content) > 0 && !yield(file) {
				return
			}
		}
	}
}

// decodeYEnc decodes lines up to "=yend": every byte had 42 added, and those that
// could not stand in a line another 64, behind "=".
func decodeYEnc(text []byte) (file uuFile, rest []byte) {
	for len(text) > 0 {
		line, after := cutLine(text)
		switch {
		case bytes.HasPrefix(line, []byte("=yend")):
			file.closed = true
			return file, after
		case bytes.HasPrefix(line, []byte("=ybegin ")):
			return file, text
		case bytes.HasPrefix(line, []byte("=ypart ")):
			text = after
			continue
		}
		line = bytes.TrimRight(line, "\r\n")
		for i := 0; i < len(line); i++ {
			c := line[i]
			if c == '=' && i+1 < len(line) {
				i++
				c = line[i] - 64
			}
			file.content = append(file.content, c-42)
		}
		text = after
	}
	return file, nil
}

// holdsBinHex reports whether a file in BinHex 4.0 (RFC 1741) stands in a text.
func holdsBinHex(text []byte) bool {
	i := indexLine(text, "(This file must be converted with BinHex")
	if i < 0 {
		return false
	}
	_, rest := cutLine(text[i:])
	return bytes.HasPrefix(bytes.TrimLeft(rest, "\r\n\t "), []byte(":"))
}
