package message

import (
	"bytes"
	"strings"
)

// decodeTransfer decodes a body by its Content-Transfer-Encoding (RFC 2045), as
// leniently as mail programs do. clean is false where the body is not what its
// encoding allows, so that another program may read something else. known is
// false for an encoding that nobody knows; the body is then returned as it is.
func decodeTransfer(body []byte, encoding string) (decoded []byte, clean, known bool) {
	switch encoding {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "plain":
		return body, true, true
	case "base64", "base-64", "b":
		decoded, clean = decodeBase64(body)
		return decoded, clean, true
	case "quoted-printable", "quotedprintable", "q":
		decoded, clean = decodeQuotedPrintable(body)
		return decoded, clean, true
	case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu":
		for file := range uuFiles(body) {
			return file.content, file.closed, true
		}
		return body, false, true
	}
	return body, false, false
}

// normaliseEncoding returns the encoding a Content-Transfer-Encoding field names.
func normaliseEncoding(value string) string {
	value = strings.Trim(strings.TrimSpace(stripComments(value)), "\"' ;")
	if i := strings.IndexAny(value, "; \t"); i >= 0 {
		value = value[:i]
	}
	return strings.ToLower(value)
}

// decodeBase64 decodes base64, skipping what is not of its alphabet and going on
// after padding, as most mail programs do. clean is false where a stricter one
// would stop or skip elsewhere.
func decodeBase64(body []byte) (decoded []byte, clean bool) {
	decoded = make([]byte, 0, len(body)/4*3+3)
	clean = true
	var bits uint32
	n, padded := 0, 0
	for _, c := range body {
		v := base64Values[c]
		switch {
		case v < 64:
			if padded > 0 {
				clean, padded = false, 0 // data after the end
			}
			bits = bits<<6 | uint32(v)
			n++
			if n == 4 {
				decoded = append(decoded, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, n = 0, 0
			}
		case c == '=':
			if n > 0 {
				decoded, bits, n = flushBase64(decoded, bits, n), 0, 0
			}
			padded++
			clean = clean && padded <= 4
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		default:
			clean = false
		}
	}
	return flushBase64(decoded, bits, n), clean
}

// strictBase64 returns what decodes up to the padding or the first character
// that is not of the alphabet.
func strictBase64(body []byte) []byte {
	for i, c := range body {
		if c == '=' || base64Values[c] == 0xff && !isBlank(body[i:i+1]) {
			body = body[:i]
			break
		}
	}
	decoded, _ := decodeBase64(body)
	return decoded
}

// flushBase64 appends the whole bytes of an incomplete group of n characters.
func flushBase64(decoded []byte, bits uint32, n int) []byte {
	switch n {
	case 2:
		return append(decoded, byte(bits>>4))
	case 3:
		return append(decoded, byte(bits>>10), byte(bits>>2))
	}
	return decoded
}

// base64Values maps a character to its six bits, 0xff if it has none.
var base64Values = func() (values [256]byte) {
	for i := range values {
		values[i] = 0xff
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		values[alphabet[i]] = byte(i)
	}
	return values
}()

// decodeQuotedPrintable decodes quoted-printable. An equals sign that starts
// neither a hexadecimal pair nor a soft line break stays, as mail programs show
// it.
func decodeQuotedPrintable(body []byte) (decoded []byte, clean bool) {
	decoded = make([]byte, 0, len(body))
	clean = true
	for {
		i := bytes.IndexByte(body, '=')
		if i < 0 {
			return append(decoded, body...), clean
		}
		decoded = append(decoded, body[:i]...)
		body = body[i:]
		switch soft := softBreak(body); {
		case soft > 0:
			body = body[soft:]
		case len(body) >= 3 && isHex(body[1]) && isHex(body[2]):
			decoded = append(decoded, unhex(body[1])<<4|unhex(body[2]))
			body = body[3:]
		default:
			clean = false
			decoded = append(decoded, '=')
			body = body[1:]
		}
	}
}

// softBreak returns the length of the soft line break that body starts with: "="
// and white space up to the line end, or to the end of the body.
func softBreak(body []byte) int {
	for i := 1; i < len(body); i++ {
		switch body[i] {
		case ' ', '\t', '\r':
		case '\n':
			return i + 1
		default:
			return 0
		}
	}
	return len(body)
}
