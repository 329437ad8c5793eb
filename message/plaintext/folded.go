package plaintext

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadFolded reads a calendar or contact file f (RFC 5545, 6350): folded lines
// are joined, escaped characters resolved, quoted-printable values of vCard 2.1
// decoded, embedded pictures and files handed on.
func ReadFolded(f *collect.File) {
	text, known := charset.Decode(f.Content, f.Charset)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	text = Lines(text)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\n ", ""), "\n\t", "")
	var out strings.Builder
	out.Grow(len(text))
	for text != "" {
		line, rest := cutProperty(text)
		text = rest
		file, err := embedded(line)
		if err != nil {
			f.Defect(collect.DefectCorrupt, "an embedded file whose encoding is damaged")
		}
		if file != nil && f.Err() == nil {
			f.Attach(file)
			continue
		}
		out.WriteString(unescape.Replace(quotedPrintable(line)))
	}
	f.Text(out.String())
}

// cutProperty cuts off the first property with its line end. A quoted-printable one
// (vCard 2.1) goes on in the next line where a line ends in "=".
func cutProperty(text string) (property, rest string) {
	end := lineEnd(text, 0)
	if isQuotedPrintable(text[:end]) {
		for end < len(text) && strings.HasSuffix(text[:end], "=\n") {
			end = lineEnd(text, end)
		}
	}
	return text[:end], text[end:]
}

// lineEnd returns where the line at pos ends, its LF included.
func lineEnd(text string, pos int) int {
	if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(text)
}

// isQuotedPrintable reports whether a property says that its value is encoded.
func isQuotedPrintable(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	return ok && strings.Contains(strings.ToUpper(name), "QUOTED-PRINTABLE")
}

// quotedPrintable returns a property with its value decoded, if that is encoded.
func quotedPrintable(line string) string {
	if !isQuotedPrintable(line) {
		return line
	}
	name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
	decoded := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] != '=' {
			decoded = append(decoded, value[i])
			continue
		}
		if i+1 < len(value) && value[i+1] == '\n' {
			i++
			continue
		}
		if i+2 < len(value) {
			if b, err := strconv.ParseUint(value[i+1:i+3], 16, 8); err == nil {
				decoded = append(decoded, byte(b))
				i += 2
				continue
			}
		}
		decoded = append(decoded, '=')
	}
	declared := ""
	for parameter := range strings.SplitSeq(name, ";") {
		if key, set, ok := strings.Cut(parameter, "="); ok && strings.EqualFold(key, "CHARSET") {
			declared = set
		}
	}
	content, _ := charset.Decode(decoded, declared)
	return name + ":" + Lines(content) + "\n"
}

// unescape resolves the escape sequences of both formats.
var unescape = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

// embedded returns the file that a property holds: a picture, a sound, a key, or an
// attached file; nil if it holds none. What cannot be decoded is an error, and stays
// in the text.
func embedded(line string) (*collect.File, error) {
	name, value, _ := strings.Cut(line, ":")
	upper := strings.ToUpper(name)
	property, _, _ := strings.Cut(upper, ";")
	switch property {
	case "PHOTO", "LOGO", "SOUND", "KEY", "ATTACH":
	default:
		return nil, nil
	}
	if data, ok := strings.CutPrefix(value, "data:"); ok {
		media, encoded, _ := strings.Cut(data, ",")
		if !strings.HasSuffix(media, ";base64") {
			return nil, nil
		}
		value = encoded
	} else if !strings.Contains(upper, "ENCODING=B") {
		return nil, nil
	}
	content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
	if err != nil || len(content) == 0 {
		return nil, err
	}
	file := &collect.File{Path: strings.ToLower(property), Content: content}
	for parameter := range strings.SplitSeq(name, ";") {
		if key, set, ok := strings.Cut(parameter, "="); ok && strings.HasSuffix(strings.ToUpper(key), "FILENAME") {
			file.Name, file.Path = strings.Trim(set, "\""), ""
		}
	}
	return file, nil
}
