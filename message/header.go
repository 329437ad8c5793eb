package message

import "strings"

// Header is the decoded top-level header, fields in their order of appearance.
type Header []Field

// Field is one header field.
type Field struct {
	Name  string // as written
	Value string // unfolded, RFC 2047 words decoded, valid UTF-8
}

// Get returns the value of the first field of that name (any case), or "".
func (h Header) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// Values returns the values of all fields of that name (any case), in order.
func (h Header) Values(name string) []string {
	var values []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// Sensitivity is the normalised Sensitivity field (RFC 2156, X.400): how
// confidential the sender says the message is.
type Sensitivity string

// The sensitivities. A field with any other value counts as normal.
const (
	SensitivityNormal       Sensitivity = "normal"
	SensitivityPersonal     Sensitivity = "personal"
	SensitivityPrivate      Sensitivity = "private"
	SensitivityConfidential Sensitivity = "confidential" // also Company-Confidential
)

// Sensitivity returns the strictest of the header's Sensitivity fields. Letter
// case, comments, quotation marks and white space do not count.
func (h Header) Sensitivity() Sensitivity {
	strictest, rank := SensitivityNormal, 0
	for i := range h {
		if !strings.EqualFold(h[i].Name, "Sensitivity") {
			continue
		}
		if s, r := parseSensitivity(h[i].Value); r > rank {
			strictest, rank = s, r
		}
	}
	return strictest
}

// parseSensitivity returns the sensitivity a field value names, and its rank.
func parseSensitivity(value string) (Sensitivity, int) {
	word := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '-', '_', '"', ';', '.', ',':
			return -1
		}
		return r
	}, strings.ToLower(stripComments(value)))
	switch word {
	case "personal":
		return SensitivityPersonal, 1
	case "private":
		return SensitivityPrivate, 2
	case "confidential", "companyconfidential":
		return SensitivityConfidential, 3
	}
	return SensitivityNormal, 0
}

// stripComments removes RFC 5322 comments, nested ones too. One that is not
// closed is kept: it would hide the rest of the value.
func stripComments(value string) string {
	if strings.IndexByte(value, '(') < 0 {
		return value
	}
	var out strings.Builder
	depth, quoted, opened := 0, false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value):
			if depth == 0 {
				out.WriteString(value[i : i+2])
			}
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
			out.WriteByte(c)
		case c == '(' && !quoted:
			if depth == 0 {
				opened = i
			}
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			out.WriteByte(c)
		}
	}
	if depth > 0 {
		out.WriteString(value[opened:])
	}
	return out.String()
}
