package plaintext

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadJSON reads the JSON file f as it stands, and where it spells characters as
// \uXXXX also with these resolved.
func ReadJSON(f *collect.File) {
	text, known := charset.Decode(f.Content, f.Charset)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	text = Lines(text)
	f.Text(text)
	if strings.Contains(text, `\u`) {
		f.Section("unescaped", unescapeUnicode(text))
	}
}

// unescapeUnicode resolves \uXXXX, surrogate pairs included.
func unescapeUnicode(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for text != "" {
		i := strings.Index(text, `\u`)
		if i < 0 {
			break
		}
		out.WriteString(text[:i])
		text = text[i:]
		r, ok := escaped(text)
		if !ok {
			out.WriteString(text[:2])
			text = text[2:]
			continue
		}
		text = text[6:]
		if utf16.IsSurrogate(r) {
			if low, ok := escaped(text); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
				r, text = utf16.DecodeRune(r, low), text[6:]
			}
		}
		out.WriteRune(r)
	}
	out.WriteString(text)
	return out.String()
}

// escaped returns the character that text starts with as \uXXXX.
func escaped(text string) (rune, bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}
