package pdf

import (
	"bytes"
	"compress/zlib"
	"regexp"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

var (
	catalogType = regexp.MustCompile(`/Type\s*/Catalog\b`)
	objectStart = regexp.MustCompile(`\b([0-9]{1,9})\s+([0-9]{1,5})\s+obj\b`)
)

// salvage adds what strings can be found in a file that cannot be opened: those
// that the operators Tj, TJ and ' show, in streams compressed or not. Fonts are
// not looked at, so it is the text only where their encoding is a common one.
func salvage(f *collect.File) {
	var out strings.Builder
	rest := f.Content
	for f.Err() == nil && int64(out.Len()) < f.TextLeft() {
		start := bytes.Index(rest, []byte("stream"))
		if start < 0 {
			break
		}
		rest = bytes.TrimLeft(rest[start+len("stream"):], "\r\n")
		raw, after, _ := bytes.Cut(rest, []byte("endstream"))
		if z, err := zlib.NewReader(bytes.NewReader(raw)); err == nil {
			raw, _ = f.Expand(int64(len(raw)), z) // what comes before any damage
		}
		shownStrings(&out, raw)
		rest = after
	}
	if s := strings.TrimSpace(out.String()); s != "" {
		f.Section("salvaged", s)
	}
}

// trailerFor returns a trailer that names the catalog of a file, "" if there is
// none to be seen.
func trailerFor(content []byte) string {
	at := catalogType.FindIndex(content)
	if at == nil {
		return ""
	}
	objects := objectStart.FindAllSubmatch(content[max(0, at[0]-4096):at[0]], -1)
	if len(objects) == 0 {
		return ""
	}
	nearest := objects[len(objects)-1]
	return "\ntrailer\n<< /Root " + string(nearest[1]) + " " + string(nearest[2]) + " R >>\nstartxref\n0\n%%EOF\n"
}

// shownStrings adds the strings of one content stream, a line for each text
// object.
func shownStrings(out *strings.Builder, content []byte) {
	if !bytes.Contains(content, []byte("BT")) {
		return
	}
	for i := 0; i < len(content); i++ {
		switch {
		case content[i] == '(':
			i += literal(out, content[i:]) - 1
		case content[i] == 'E' && bytes.HasPrefix(content[i:], []byte("ET")), content[i] == 'T' && bytes.HasPrefix(content[i:], []byte("T*")),
			content[i] == 'T' && bytes.HasPrefix(content[i:], []byte("Td")):
			out.WriteByte('\n')
		}
	}
}

// literal adds a literal string and returns how many bytes it takes.
func literal(out *strings.Builder, s []byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] >= ' ' && s[i] < 0x7f && (s[i] < '0' || s[i] > '7') {
				out.WriteByte(s[i])
			}
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case c >= ' ' && c < 0x7f:
			out.WriteByte(c)
		}
	}
	return len(s)
}
