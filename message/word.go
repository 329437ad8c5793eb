package message

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// encodedWord is one RFC 2047 encoded word, taken apart.
type encodedWord struct {
	charset string
	bytes   []byte
}

// decodeWords decodes the RFC 2047 encoded words in a header value, wherever
// they stand (mail programs decode them inside quotation marks and parameters
// too). White space between two of them is dropped. Words of one character set
// that follow each other are decoded as one: some senders cut characters apart.
func decodeWords(value string) string {
	var out strings.Builder
	out.Grow(len(value))
	var run encodedWord
	flush := func() {
		if len(run.bytes) > 0 {
			text, _ := charset.Decode(run.bytes, run.charset)
			out.WriteString(text)
		}
		run = encodedWord{}
	}
	inRun := false
	for value != "" {
		i := strings.Index(value, "=?")
		if i < 0 {
			break
		}
		word, rest, ok := cutWord(value[i:])
		if !ok {
			flush()
			inRun = false
			out.WriteString(value[:i+2])
			value = value[i+2:]
			continue
		}
		if between := value[:i]; !inRun || strings.Trim(between, " \t\r\n") != "" {
			flush()
			out.WriteString(between)
		}
		if !strings.EqualFold(word.charset, run.charset) {
			flush()
		}
		run.charset = word.charset
		run.bytes = append(run.bytes, word.bytes...)
		value, inRun = rest, true
	}
	flush()
	out.WriteString(value)
	return unfold(out.String())
}

// cutWord takes the encoded word at the start of s apart.
func cutWord(s string) (w encodedWord, rest string, ok bool) {
	label, s, ok := strings.Cut(s[2:], "?")
	if !ok || label == "" || len(label) > 60 || strings.ContainsAny(label, " \t") {
		return w, "", false
	}
	encoding, s, ok := strings.Cut(s, "?")
	if !ok || len(encoding) != 1 {
		return w, "", false
	}
	label, _, _ = strings.Cut(label, "*") // RFC 2231: a language may follow
	w.charset = label
	end := strings.Index(s, "?=")
	// In Q a "?" may stand unencoded, with "=3D" after it: "?=3D" is no end.
	for end >= 0 && end+4 <= len(s) && isHex(s[end+2]) && isHex(s[end+3]) && (encoding == "q" || encoding == "Q") {
		next := strings.Index(s[end+2:], "?=")
		if next < 0 {
			break
		}
		end += 2 + next
	}
	switch {
	case end < 0:
		return w, "", false
	case encoding == "q" || encoding == "Q":
		w.bytes = decodeQ(s[:end])
	case encoding == "b" || encoding == "B":
		w.bytes, _ = decodeBase64([]byte(s[:end]))
	default:
		return w, "", false
	}
	return w, s[end+2:], true
}

// decodeQ decodes the Q encoding; what is no hexadecimal pair stays as it is.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}
