package message

import (
	"bytes"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// splitHeader splits a message or a MIME part into its header fields and its
// body (RFC 5322), as leniently as mail programs do. The header ends at the
// first empty line.
//
// Programs differ about a line that is neither a field nor the continuation of
// one: most skip it, MTAs and some readers take it for the first line of the
// body. With strict, splitHeader does the latter. odd reports that there was
// such a line. A delimiter of the open multiparts ends the header too. Fields
// beyond maxFields are left out, which the caller makes a defect.
func splitHeader(raw []byte, open []string, strict bool) (fields Header, body []byte, odd bool) {
	rest := raw
	if bytes.HasPrefix(rest, []byte("From ")) || bytes.HasPrefix(rest, []byte(">From ")) {
		_, rest = cutLine(rest) // the envelope line of an mbox
	}
	var room [24]span
	spans := room[:0]
scan:
	for len(rest) > 0 {
		field, after := cutField(rest)
		start := len(raw) - len(rest)
		switch colon := bytes.IndexByte(field, ':'); {
		case isBlank(field):
			body = after
			break scan
		case field[0] == '-' && isDelimiter(field, open):
			body = rest
			break scan
		case colon >= 0 && isName(field[:colon]):
			spans = addSpan(spans, span{start, start + colon, start + len(field)})
		case len(spans) == 0 && !headerFollows(after):
			return nil, raw, true // no header at all
		case strict:
			odd, body = true, rest
			break scan
		default:
			odd = true
			spans = addSpan(spans, span{start, start, start + len(field)})
		}
		rest = after
	}
	return cutSpans(raw, spans), body, odd
}

// span is where a field stands: its name, a colon unless the name is empty, and
// its value.
type span struct{ start, colon, end int }

// maxFields bounds the fields of one header.
const maxFields = 10_000

func addSpan(spans []span, s span) []span {
	if len(spans) >= maxFields {
		return spans
	}
	return append(spans, s)
}

// cutSpans makes fields of the spans of a header. All share one string.
func cutSpans(raw []byte, spans []span) Header {
	if len(spans) == 0 {
		return nil
	}
	base := spans[0].start
	text := string(raw[base:spans[len(spans)-1].end])
	fields := make(Header, len(spans))
	for i, s := range spans {
		value := text[s.colon-base : s.end-base]
		if s.colon > s.start {
			fields[i].Name = strings.TrimRight(text[s.start-base:s.colon-base], " \t")
			value = value[1:]
		}
		fields[i].Value = decodeValue(value)
	}
	return fields
}

// headerFollows reports whether the next line looks like a header field.
func headerFollows(rest []byte) bool {
	line, _ := cutLine(rest)
	name, _, ok := bytes.Cut(line, []byte(":"))
	return ok && isName(name)
}

// cutField cuts the first line with its continuation lines off rest.
func cutField(rest []byte) (field, after []byte) {
	line, after := cutLine(rest)
	if isBlank(line) {
		return line, after
	}
	n := len(rest) - len(after)
	for len(after) > 0 && (after[0] == ' ' || after[0] == '\t') {
		line, next := cutLine(after)
		if isBlank(line) && !continues(next) {
			break // a line of white space ends the header, for most programs
		}
		n += len(after) - len(next)
		after = next
	}
	return rest[:n], after
}

// continues reports whether rest starts with a continuation line.
func continues(rest []byte) bool {
	return len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t')
}

// cutLine cuts the first line, with its line end, off rest.
func cutLine(rest []byte) (line, after []byte) {
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		return rest[:i+1], rest[i+1:]
	}
	return rest, nil
}

func isBlank(line []byte) bool {
	for _, b := range line {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			return false
		}
	}
	return true
}

// isName reports whether name may be that of a header field: visible ASCII, then
// perhaps white space before the colon (obsolete syntax).
func isName(name []byte) bool {
	name = bytes.TrimRight(name, " \t")
	if len(name) == 0 || len(name) > 200 {
		return false
	}
	for _, b := range name {
		if b <= ' ' || b >= 0x7f {
			return false
		}
	}
	return true
}

// DecodeHeader returns a header field's raw value as [Header] has it.
func DecodeHeader(raw string) string { return decodeValue(raw) }

// decodeValue unfolds and decodes the raw value of a field.
func decodeValue(raw string) string {
	raw = strings.TrimSpace(raw)
	ascii, plain := true, true
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c >= 0x80 || c == 0x1b:
			ascii = false
		case c < ' ' || c == '=' && i+1 < len(raw) && raw[i+1] == '?':
			plain = false
		}
	}
	if ascii && plain {
		return raw
	}
	if !ascii {
		raw, _ = charset.Decode([]byte(raw), "")
	}
	if strings.ContainsAny(raw, "\r\n\x00") {
		raw = unfold(raw)
	}
	if strings.Contains(raw, "=?") {
		raw = decodeWords(raw)
	}
	return strings.TrimSpace(raw)
}

// unfold removes line ends and NULs; a line end that no white space follows (a
// bare CR inside a line) becomes a space.
func unfold(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\r', '\n':
			if i+1 < len(text) && strings.IndexByte(" \t\r\n", text[i+1]) < 0 {
				out.WriteByte(' ')
			}
		case 0:
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}
