package format

import (
	"bytes"
	"strings"
)

// delimitedType reports whether files of that declared type may be tables of
// delimited text. Mail programs give such files many types.
func delimitedType(declared string) bool {
	switch declared {
	case "text/csv", "text/x-csv", "text/comma-separated-values", "text/tab-separated-values", "application/csv", "application/x-csv":
		return true
	}
	return false
}

// dataType returns which kind of data text is, or "".
func dataType(content []byte, declared string) string {
	switch {
	case delimitedType(declared):
		return "text/csv"
	case LooksJSON(content):
		return "application/json"
	case !strings.HasPrefix(declared, "text/") && LooksDelimited(content):
		return "text/csv"
	}
	return ""
}

// LooksJSON reports whether text is an object or a list of JSON, as far as its first
// and last characters tell.
func LooksJSON(content []byte) bool {
	content = bytes.Trim(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(content) < 2 {
		return false
	}
	inside := bytes.TrimLeft(content[1:min(len(content), 1024)], " \t\r\n")
	last := content[len(content)-1]
	switch {
	case len(inside) == 0:
		return false
	case content[0] == '{':
		return last == '}' && (inside[0] == '"' || inside[0] == '}')
	case content[0] == '[':
		return last == ']' && strings.IndexByte(`"{[]-0123456789tfn`, inside[0]) >= 0 && (inside[0] != '[' || len(inside) > 1)
	}
	return false
}

// LooksDelimited reports whether text is a table: its first lines, three at least,
// hold the same number of commas, semicolons, tabs or bars.
func LooksDelimited(content []byte) bool { return Delimiter(content, 3) != 0 }

// Delimiter returns the character that sets apart the cells of a table, which has
// rows lines at least; 0 if it is none.
func Delimiter(content []byte, rows int) byte {
	head := content[:min(len(content), 16<<10)]
	if len(head) < len(content) {
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	for _, delimiter := range [...]byte{'\t', ';', '|', ','} {
		if consistent(head, delimiter, rows) {
			return delimiter
		}
	}
	return 0
}

// consistent reports whether all rows hold as many delimiters, one at least. What
// stands in quotes does not count.
func consistent(head []byte, delimiter byte, rows int) bool {
	want, count, lines, length := -1, 0, 0, 0
	quoted := false
	for i, c := range head {
		length++
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == delimiter:
			count++
		case c == '\n' || i == len(head)-1:
			switch {
			case length <= 2 && count == 0: // an empty line
			case count == 0 || want >= 0 && count != want:
				return false
			default:
				want = count
				lines++
			}
			count, length = 0, 0
		}
	}
	return lines >= rows
}
