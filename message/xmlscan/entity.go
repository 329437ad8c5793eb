package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// maxEntity is how long a reference may be, "&" and ";" included.
const maxEntity = 16

// unfinished returns where a reference begins that the window ends within, -1 if
// there is none.
func unfinished(window []byte) int {
	from := max(0, len(window)-maxEntity)
	n := bytes.LastIndexByte(window[from:], '&')
	if n < 0 || bytes.IndexByte(window[from+n:], ';') >= 0 {
		return -1
	}
	return from + n
}

// resolve returns text with its references resolved, in memory of its own. One that
// is none of XML's own stays as it is.
func resolve(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for {
		n := bytes.IndexByte(text, '&')
		if n < 0 {
			return append(out, text...)
		}
		out = append(out, text[:n]...)
		text = text[n:]
		end := bytes.IndexByte(text[:min(len(text), maxEntity)], ';')
		if end < 0 {
			out = append(out, '&')
			text = text[1:]
			continue
		}
		out = appendEntity(out, text[:end+1])
		text = text[end+1:]
	}
}

// appendEntity appends what a reference stands for.
func appendEntity(out, reference []byte) []byte {
	name := string(reference[1 : len(reference)-1])
	switch name {
	case "amp":
		return append(out, '&')
	case "lt":
		return append(out, '<')
	case "gt":
		return append(out, '>')
	case "quot":
		return append(out, '"')
	case "apos":
		return append(out, '\'')
	case "nbsp":
		return append(out, "\u00a0"...)
	}
	if len(name) < 2 || name[0] != '#' {
		return append(out, reference...)
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || code > utf8.MaxRune {
		return append(out, reference...)
	}
	return utf8.AppendRune(out, rune(code))
}
