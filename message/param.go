package message

import (
	"sort"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// mediaType is a parsed Content-Type or Content-Disposition field.
type mediaType struct {
	value  string // lower case, without parameters
	params []param
}

// param is one parameter; its name is in lower case.
type param struct{ name, value string }

// get returns the first parameter of that name, or "".
func (m *mediaType) get(name string) string {
	for _, p := range m.params {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// all returns every value that a parameter is given.
func (m *mediaType) all(name string) []string {
	var values []string
	for _, p := range m.params {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return values
}

// parseMediaType parses a field of the form "value; name=value; …" (RFC 2045,
// 2183, 2231) and never fails: what is malformed is read as mail programs do.
// Repeated parameters are all kept, in order.
func parseMediaType(field string) mediaType {
	field = stripComments(field)
	end := strings.IndexAny(field, "; \t")
	if end < 0 {
		end = len(field)
	}
	m := mediaType{value: strings.ToLower(strings.Trim(field[:end], "\"' "))}
	if head, _, odd := strings.Cut(m.value, "="); odd && !strings.Contains(head, "/") {
		m.value, end = "", 0 // parameters without a value before them
	}
	var pieces []piece
	rest := field[end:]
	for {
		rest = strings.TrimLeft(rest, "; \t")
		if rest == "" {
			break
		}
		var p param
		p, rest = cutParam(rest)
		if p.name == "" {
			continue
		}
		if extended := pieceOf(p); extended.name != "" {
			pieces = append(pieces, extended)
			continue
		}
		m.params = append(m.params, p)
		if plain := strings.ReplaceAll(p.value, `\`, ""); plain != p.value {
			// A path written with single backslashes; strict programs drop them.
			m.params = append(m.params, param{p.name, plain})
		}
	}
	// An extended parameter goes before a plain one of the same name (RFC 6266).
	if len(pieces) > 0 {
		m.params = append(joinPieces(pieces), m.params...)
	}
	return m
}

// cutParam cuts "name=value" off rest. A value without quotation marks goes to
// the next semicolon, spaces included, unless another "name=" follows the space.
func cutParam(rest string) (param, string) {
	i := strings.IndexAny(rest, "=;")
	if i < 0 || rest[i] == ';' {
		if i < 0 {
			i = len(rest)
		}
		return param{}, rest[i:]
	}
	name := strings.ToLower(strings.TrimSpace(rest[:i]))
	rest = strings.TrimLeft(rest[i+1:], " \t")
	if strings.HasPrefix(rest, `"`) {
		value, after := cutQuoted(rest)
		return param{name, value}, after
	}
	end := strings.IndexByte(rest, ';')
	if end < 0 {
		end = len(rest)
	}
	if space := strings.IndexAny(rest[:end], " \t"); space >= 0 {
		if word, _, ok := strings.Cut(strings.TrimLeft(rest[space:end], " \t"), "="); ok && !strings.ContainsAny(word, " \t?") {
			end = space
		}
	}
	return param{name, strings.TrimSpace(rest[:end])}, rest[end:]
}

// cutQuoted cuts a quoted string off s; one that is not closed goes to the end.
func cutQuoted(s string) (value, rest string) {
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return out.String(), s[i+1:]
		case '\\':
			// Some programs write paths with single backslashes.
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
				i++
			}
		}
		out.WriteByte(s[i])
	}
	return out.String(), ""
}

// piece is one RFC 2231 section of a parameter: name*2*=value.
type piece struct {
	name    string
	number  int
	percent bool
	value   string
}

// pieceOf takes the name of an extended parameter apart; a piece without a name
// says that it is none.
func pieceOf(p param) piece {
	name, section, ok := strings.Cut(p.name, "*")
	if !ok || name == "" {
		return piece{}
	}
	out := piece{name: name, value: p.value}
	section, out.percent = strings.CutSuffix(section, "*")
	if section == "" {
		out.percent = true // name*=value
		return out
	}
	n, err := strconv.Atoi(section)
	if err != nil || n < 0 {
		return piece{}
	}
	out.number = n
	return out
}

// joinPieces joins the sections of each extended parameter and decodes them.
func joinPieces(pieces []piece) []param {
	sort.SliceStable(pieces, func(i, j int) bool {
		if pieces[i].name != pieces[j].name {
			return pieces[i].name < pieces[j].name
		}
		return pieces[i].number < pieces[j].number
	})
	var params []param
	for len(pieces) > 0 {
		name, label := pieces[0].name, ""
		var bytes []byte
		n := 0
		for ; n < len(pieces) && pieces[n].name == name; n++ {
			value := pieces[n].value
			if pieces[n].percent {
				if n == 0 {
					if parts := strings.SplitN(value, "'", 3); len(parts) == 3 {
						label, value = parts[0], parts[2]
					}
				}
				bytes = appendPercent(bytes, value)
				continue
			}
			bytes = append(bytes, value...)
		}
		text, _ := charset.Decode(bytes, label)
		params = append(params, param{name, text})
		pieces = pieces[n:]
	}
	return params
}

// appendPercent appends value with %XX decoded.
func appendPercent(out []byte, value string) []byte {
	for i := 0; i < len(value); i++ {
		if value[i] == '%' && i+2 < len(value) && isHex(value[i+1]) && isHex(value[i+2]) {
			out = append(out, unhex(value[i+1])<<4|unhex(value[i+2]))
			i += 2
			continue
		}
		out = append(out, value[i])
	}
	return out
}
