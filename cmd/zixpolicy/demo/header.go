package demo

import (
	"bytes"
	"strings"
)

// field is one header field as it stands in the message.
type field struct {
	name string
	// value is everything between the colon and the field's last line end, with
	// its leading space and its folds (CRLF and white space).
	value string
}

// parseHeader splits a message into its header fields and its body. As in Postfix,
// the header ends at the first line that can be neither a field nor the
// continuation of one; such a line is the first of the body. The empty line
// between them belongs to neither.
func parseHeader(raw []byte) (fields []field, body []byte) {
	for len(raw) > 0 {
		line, rest := cutLine(raw)
		if len(line) == 0 {
			return fields, rest
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(fields) == 0 {
				break
			}
			fields[len(fields)-1].value += "\r\n" + string(line)
			raw = rest
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !isFieldName(name) {
			break
		}
		fields = append(fields, field{name: string(name), value: string(value)})
		raw = rest
	}
	return fields, raw
}

// cutLine returns the first line of b without its line end, and what follows.
func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// isFieldName reports whether name can name a field (RFC 5322 section 3.6.8).
func isFieldName(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(name) > 0
}

// formatMessage is the inverse of parseHeader.
func formatMessage(fields []field, body []byte) []byte {
	var b bytes.Buffer
	for _, f := range fields {
		b.WriteString(f.name + ":" + f.value + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// fieldIndex returns the place of the n-th (from 1) field of that name, or -1.
func fieldIndex(fields []field, name string, n int) int {
	for i, f := range fields {
		if strings.EqualFold(f.name, name) {
			if n--; n == 0 {
				return i
			}
		}
	}
	return -1
}

// foldValue gives a value that came over the milter protocol (folds are bare line
// feeds there) the form it has in a message. A line of it that does not begin with
// white space gets some: a milter writes fields, it cannot smuggle a second one in.
func foldValue(value string) string {
	lines := strings.Split(strings.ReplaceAll(value, "\r", ""), "\n")
	for i := 1; i < len(lines); i++ {
		if !strings.HasPrefix(lines[i], " ") && !strings.HasPrefix(lines[i], "\t") {
			lines[i] = "\t" + lines[i]
		}
	}
	return strings.Join(lines, "\r\n")
}
