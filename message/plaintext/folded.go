package plaintext

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadFolded reads a calendar or contact file f (RFC 5545, 6350): folded lines
// are joined, escaped characters resolved, embedded pictures left out.
func ReadFolded(f *collect.File) {
	text, known := charset.Decode(f.Content, f.Charset)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	text = Lines(text)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\n ", ""), "\n\t", "")
	var out strings.Builder
	out.Grow(len(text))
	for line := range strings.SplitAfterSeq(text, "\n") {
		if embedded(line) {
			continue
		}
		out.WriteString(unescape.Replace(line))
	}
	f.Text(out.String())
}

// unescape resolves the escape sequences of both formats.
var unescape = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

// embedded reports whether a property holds a picture, a sound or a key rather
// than text.
func embedded(line string) bool {
	name, value, _ := strings.Cut(line, ":")
	if !strings.Contains(strings.ToUpper(name), "ENCODING=B") && !strings.HasPrefix(value, "data:") {
		return false
	}
	property, _, _ := strings.Cut(strings.ToUpper(name), ";")
	switch property {
	case "PHOTO", "LOGO", "SOUND", "KEY", "ATTACH":
		return true
	}
	return false
}
