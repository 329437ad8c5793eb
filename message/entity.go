package message

import "strings"

// entity is one MIME entity, a message or a part of a multipart, by its header.
// Where header fields contradict each other it has more than one type or
// encoding, and is read in each of these ways.
type entity struct {
	types       []mediaType // at least one
	encodings   []string    // at least one
	disposition mediaType
	names       []string // file names, the most trusted first
	declared    bool     // whether there is a Content-Type field

	contradictory bool // fields that exclude each other
}

// maxReadings bounds how many contradicting fields of one kind are followed.
const maxReadings = 4

// newEntity reads the MIME fields of a header.
func newEntity(h Header, fallback string) entity {
	var e entity
	var seenTypes []string
	for i := range h {
		switch name := h[i].Name; {
		case len(name) < 12 || !strings.EqualFold(name[:8], "content-"):
		case strings.EqualFold(name, "Content-Type"):
			if addNew(&seenTypes, h[i].Value) {
				e.types = append(e.types, parseMediaType(h[i].Value))
			}
		case strings.EqualFold(name, "Content-Transfer-Encoding"):
			addNew(&e.encodings, normaliseEncoding(h[i].Value))
		case strings.EqualFold(name, "Content-Disposition"):
			d := parseMediaType(h[i].Value)
			if e.disposition.value == "" {
				e.disposition.value = d.value
			}
			e.disposition.params = append(e.disposition.params, d.params...)
		}
	}
	e.declared = len(e.types) > 0
	e.contradictory = len(e.types) > 1 || len(e.encodings) > 1
	if len(e.types) == 0 || e.types[0].value == "" {
		e.types = append(e.types[:0:0], append([]mediaType{{value: fallback}}, e.types...)...)
	}
	if len(e.encodings) == 0 {
		e.encodings = []string{""}
	}
	e.types = e.types[:min(len(e.types), maxReadings)]
	e.encodings = e.encodings[:min(len(e.encodings), maxReadings)]
	e.findNames()
	return e
}

// addNew appends value if it is not in the list yet.
func addNew(list *[]string, value string) bool {
	for _, v := range *list {
		if v == value {
			return false
		}
	}
	*list = append(*list, value)
	return true
}

// findNames collects the file names that the header gives.
func (e *entity) findNames() {
	for _, name := range e.disposition.all("filename") {
		e.addName(name)
	}
	for i := range e.types {
		for _, name := range e.types[i].all("name") {
			e.addName(name)
		}
	}
}

func (e *entity) addName(name string) {
	if strings.Contains(name, "=?") {
		name = decodeWords(name)
	}
	if name = strings.TrimSpace(name); name != "" {
		addNew(&e.names, name)
	}
}

// name returns the file name, or "".
func (e *entity) name() string {
	if len(e.names) == 0 {
		return ""
	}
	return e.names[0]
}

// claimsMultipart reports whether the entity is declared a multipart, or not
// declared at all and so may be one.
func (e *entity) claimsMultipart() bool {
	for i := range e.types {
		if strings.HasPrefix(e.types[i].value, "multipart/") || e.types[i].get("boundary") != "" {
			return true
		}
	}
	return !e.declared
}

// alsoLeaf drops the multipart types of an entity that was read as a multipart,
// and reports whether another type is left, to be read as a leaf too.
func (e *entity) alsoLeaf() bool {
	var others []mediaType
	for _, t := range e.types {
		if !strings.HasPrefix(t.value, "multipart/") && t.value != "" {
			others = append(others, t)
		}
	}
	if !e.declared || len(e.types) < 2 || len(others) == 0 {
		return false
	}
	e.types, e.contradictory = others, true
	return true
}

// boundaries returns the boundaries that the entity may have.
func (e *entity) boundaries() []string {
	var boundaries []string
	for i := range e.types {
		for _, b := range e.types[i].all("boundary") {
			if b = strings.TrimRight(b, " \t"); b != "" {
				addNew(&boundaries, b)
			}
		}
	}
	return boundaries
}

// partType returns the type of a multipart's parts that declare none.
func (e *entity) partType() string {
	if e.types[0].value == "multipart/digest" {
		return "message/rfc822"
	}
	return "text/plain"
}

// attached reports whether mail programs list the entity as an attached file
// rather than show it in the message.
func (e *entity) attached(media string) bool {
	return e.disposition.value == "attachment" || e.name() != "" || !strings.HasPrefix(media, "text/")
}
