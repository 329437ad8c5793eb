package message

import "bytes"

// delimiter is a line that may stand between the parts of multiparts.
type delimiter struct {
	start, end int  // the line, its line end included
	level      int  // which of the open boundaries it is, counted from outside
	last       bool // the closing delimiter "--boundary--"
}

// nextDelimiter finds the first delimiter line of raw at or after pos.
//
// In the strict reading (RFC 2046, 5.1.2, as current programs do) a delimiter is
// the boundary and nothing else on its line, and those of outer multiparts end
// the inner ones. In the loose reading a line that only starts with the boundary
// counts, and outer boundaries do not. odd reports whether lines were seen that
// the two readings take differently.
func nextDelimiter(raw []byte, pos int, open []string, loose bool) (d delimiter, found, odd bool) {
	for pos < len(raw) {
		if pos > 0 && raw[pos-1] != '\n' || !bytes.HasPrefix(raw[pos:], []byte("--")) {
			i := bytes.Index(raw[pos:], []byte("\n--"))
			if i < 0 {
				return d, false, odd
			}
			pos += i + 1
		}
		line, rest := cutLine(raw[pos:])
		d.start, d.end = pos, len(raw)-len(rest)
		text := bytes.TrimRight(line[2:], " \t\r\n")
		for level := len(open) - 1; level >= 0; level-- {
			boundary := open[level]
			if len(text) < len(boundary) || string(text[:len(boundary)]) != boundary {
				continue
			}
			innermost := level == len(open)-1
			after := text[len(boundary):]
			exact := len(after) == 0 || string(after) == "--"
			odd = odd || !exact || !innermost
			if loose && innermost || !loose && exact {
				d.level, d.last = level, bytes.HasPrefix(after, []byte("--"))
				return d, true, odd
			}
		}
		pos = d.end
	}
	return d, false, odd
}

// isDelimiter reports whether a line may be a delimiter of an open multipart.
func isDelimiter(line []byte, open []string) bool {
	d, found, odd := nextDelimiter(line, 0, open, false)
	return (found || odd) && d.start == 0
}

// trimLineEnd removes one line end, which belongs to the delimiter after it.
func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// guessBoundary finds the boundary of a body that is laid out as a multipart
// although its header does not say so: a line "--boundary" that a header field
// of MIME follows. It returns "" if there is none.
func guessBoundary(body []byte) string {
	for pos := 0; ; {
		i := indexLine(body[pos:], "--")
		if i < 0 {
			return ""
		}
		pos += i
		line, rest := cutLine(body[pos:])
		pos += len(line)
		text := bytes.TrimRight(line[2:], " \t\r\n")
		if len(text) > 0 && len(text) <= 200 && hasPrefixFold(rest, "content-") && headerFollows(rest) {
			return string(text)
		}
	}
}

// hasPrefixFold reports whether b starts with prefix, which is in lower case.
func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}
