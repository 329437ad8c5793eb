package demo

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// copyView is one version of a message's bytes, for the page.
type copyView struct {
	Title  string
	Path   string // where the bytes can be downloaded
	Open   bool
	Fields []fieldView
	Body   string
	More   int // bytes of the body beyond those shown
}

// fieldView is one header field; New marks those that were not there on arrival.
type fieldView struct {
	Name, Value string
	New         bool
}

// shownBody and shownFields bound what the page shows; the download has all of it.
const (
	shownBody   = 32 << 10
	shownFields = 200
)

// copiesOf returns the different versions in which a message left, and the one in
// which it came.
func copiesOf(e *Entry) []copyView {
	came, _ := parseHeader(e.Raw)
	var copies []copyView
	var seen [][]byte
	for i, d := range e.Deliveries {
		if d.Raw == nil {
			continue
		}
		if at := indexBytes(seen, d.Raw); at >= 0 {
			copies[at].Title += ", " + d.Recipient
			continue
		}
		seen = append(seen, d.Raw)
		c := newCopyView(d.Raw, came)
		c.Title, c.Path = "As it left for "+d.Recipient, fmt.Sprintf("/messages/%s/%d", e.ID, i)
		c.Open = len(copies) == 0
		copies = append(copies, c)
	}
	c := newCopyView(e.Raw, came)
	c.Title, c.Path, c.Open = "As it came in", "/messages/"+e.ID+"/in", len(copies) == 0
	return append(copies, c)
}

func indexBytes(list [][]byte, b []byte) int {
	for i, o := range list {
		if bytes.Equal(o, b) {
			return i
		}
	}
	return -1
}

func newCopyView(raw []byte, came []field) copyView {
	var c copyView
	fields, body := parseHeader(raw)
	for i, f := range fields {
		if i == shownFields {
			c.Fields = append(c.Fields, fieldView{Name: "…", Value: fmt.Sprintf(" %d more fields in the download", len(fields)-i)})
			break
		}
		c.Fields = append(c.Fields, fieldView{Name: visible(f.name), Value: visible(f.value), New: !containsField(came, f)})
	}
	if len(body) > shownBody {
		c.More = len(body) - shownBody
		body = body[:shownBody]
	}
	c.Body = visible(string(body))
	return c
}

func containsField(fields []field, f field) bool {
	for _, o := range fields {
		if o == f {
			return true
		}
	}
	return false
}

// visible makes text safe to look at: bytes that are not UTF-8, control characters
// and those that reorder text (which could make a page say what it does not) are
// shown as what they are. Escaping for HTML is the template's.
func visible(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, "‹%02X›", s[i])
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			fmt.Fprintf(&b, "‹U+%04X›", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
