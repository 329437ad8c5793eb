package zip

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decodeName decodes a file name or comment: UTF-8 if it is flagged or looks
// so, else code page 437, as the format says.
func decodeName(name []byte, flagged bool) string {
	if utf8.Valid(name) {
		return string(name)
	}
	if flagged {
		return strings.ToValidUTF8(string(name), "\uFFFD")
	}
	decoded, err := charmap.CodePage437.NewDecoder().Bytes(name)
	if err != nil {
		return strings.ToValidUTF8(string(name), "\uFFFD")
	}
	return string(decoded)
}

func joinLines(lines []string) string {
	return strings.ToValidUTF8(strings.Join(lines, "\n"), "\uFFFD")
}
