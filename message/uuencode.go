package message

import (
	"bytes"
	"iter"
)

// uuFile is a file that stands uuencoded in a text.
type uuFile struct {
	name    string
	content []byte
	closed  bool // an "end" line follows
}

// uuFiles yields the uuencoded files in a text. One begins with "begin MODE NAME"
// and at least one well-formed line.
func uuFiles(text []byte) iter.Seq[uuFile] {
	return func(yield func(uuFile) bool) {
		for {
			i := indexLine(text, "begin ")
			if i < 0 {
				return
			}
			line, rest := cutLine(text[i:])
			text = rest
			name, ok := uuName(line)
			if !ok {
				continue
			}
			file, after := decodeUU(rest)
			if len(file.content) == 0 {
				continue
			}
			file.name, text = name, after
			if !yield(file) {
				return
			}
		}
	}
}

// indexLine returns the offset of the first line that starts with prefix.
func indexLine(text []byte, prefix string) int {
	if bytes.HasPrefix(text, []byte(prefix)) {
		return 0
	}
	if i := bytes.Index(text, []byte("\n"+prefix)); i >= 0 {
		return i + 1
	}
	return -1
}

// uuName reads the line "begin MODE NAME".
func uuName(line []byte) (string, bool) {
	line = bytes.TrimRight(line[len("begin "):], "\r\n \t")
	mode, name, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 6 || len(bytes.TrimSpace(name)) == 0 {
		return "", false
	}
	for _, c := range mode {
		if c < '0' || c > '7' {
			return "", false
		}
	}
	return decodeValue(string(name)), true
}

// decodeUU decodes lines up to "end" or to the first that is not uuencoded.
func decodeUU(text []byte) (file uuFile, rest []byte) {
	for len(text) > 0 {
		line, after := cutLine(text)
		line = bytes.TrimRight(line, "\r\n")
		if bytes.Equal(bytes.TrimRight(line, " \t"), []byte("end")) {
			file.closed = true
			return file, after
		}
		decoded, ok := uuLine(file.content, line)
		if !ok {
			return file, text
		}
		file.content, text = decoded, after
	}
	return file, nil
}

// uuLine appends one decoded line. Trailing spaces, which stand for zero bits,
// may have been lost on the way.
func uuLine(out, line []byte) ([]byte, bool) {
	if len(line) == 0 {
		return out, true
	}
	if line[0] < ' ' || line[0] > '`' {
		return out, false
	}
	n := int(line[0]-' ') & 63
	groups := (n + 2) / 3
	line = line[1:]
	if len(line) > groups*4+2 {
		return out, false
	}
	bit := func(i int) uint32 {
		if i >= len(line) {
			return 0
		}
		return uint32(line[i]-' ') & 63
	}
	for _, c := range line {
		if c < ' ' || c > '`' {
			return out, false
		}
	}
	for g := range groups {
		v := bit(g*4)<<18 | bit(g*4+1)<<12 | bit(g*4+2)<<6 | bit(g*4+3)
		take := min(3, n-g*3)
		out = append(out, []byte{byte(v >> 16), byte(v >> 8), byte(v)}[:take]...)
	}
	return out, true
}
