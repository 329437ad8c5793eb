package charset

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// decodeUTF7 decodes UTF-7 (RFC 2152): +…- encloses UTF-16BE in base64 without
// padding, "+-" is a plus sign. A sequence that does not decode stays as it is.
func decodeUTF7(content []byte) string {
	var out strings.Builder
	out.Grow(len(content))
	for i := 0; i < len(content); {
		b := content[i]
		if b != '+' {
			if b < 0x80 {
				out.WriteByte(b)
			} else {
				out.WriteRune(rune(b)) // not allowed; read as Latin-1
			}
			i++
			continue
		}
		end := i + 1
		for end < len(content) && isBase64(content[end]) {
			end++
		}
		run := content[i+1 : end]
		closed := end < len(content) && content[end] == '-'
		switch text, ok := decodeShift(run); {
		case len(run) == 0 && closed:
			out.WriteByte('+')
		case ok && len(run) > 0:
			out.WriteString(text)
		default:
			out.WriteByte('+')
			out.Write(run)
			closed = false
		}
		i = end
		if closed {
			i++
		}
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

// decodeShift decodes one base64 run of UTF-7.
func decodeShift(run []byte) (string, bool) {
	bytes := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
	n, err := base64.RawStdEncoding.Decode(bytes, run)
	if err != nil {
		return "", false
	}
	units := make([]uint16, 0, n/2)
	for i := 0; i+1 < n; i += 2 {
		units = append(units, uint16(bytes[i])<<8|uint16(bytes[i+1]))
	}
	return string(utf16.Decode(units)), true
}

func isBase64(b byte) bool {
	return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '+' || b == '/'
}
