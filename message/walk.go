package message

import (
	"bytes"
	"strconv"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// walk reads the MIME structure of one message, and hands every leaf to the
// reader of its format.
//
// Where two mail programs could read the structure differently it is walked
// twice, strictly and loosely (see nextDelimiter and splitHeader); the second
// walk adds only what the first did not find.
type walk struct {
	file  *collect.File // the message
	raw   []byte        // its content
	loose bool
	odd   bool // the loose reading may differ

	bodies, unnamed int // so far, for their paths
	seen            map[leafKey]bool
}

// leafKey says which bytes were read, and how.
type leafKey struct {
	start, end      int
	media, encoding string
}

// readMessage reads the message f. header, if not nil, is told its fields.
func readMessage(f *collect.File, header func(Header)) {
	w := &walk{file: f, raw: f.Content, seen: make(map[leafKey]bool, 4)}
	fields := w.message(header)
	if w.odd && len(fields) > 0 && f.Err() == nil {
		w.loose, w.bodies, w.unnamed = true, 0, 0
		w.message(nil)
	}
}

// message walks the whole message once.
func (w *walk) message(header func(Header)) Header {
	fields, body, odd := splitHeader(w.raw, nil, w.loose)
	w.odd = w.odd || odd
	if header != nil {
		header(fields)
	}
	if !w.loose {
		w.headerTexts(fields)
	}
	w.entity(fields, len(w.raw)-len(body), nil, "text/plain")
	return fields
}

// entity reads the entity whose header was fields and whose body starts at pos.
// open are the boundaries of the multiparts around it. It returns the delimiter
// that ended it, if one did.
func (w *walk) entity(fields Header, pos int, open []string, fallback string) (delimiter, bool) {
	e := newEntity(fields, fallback)
	d, found, ok := w.multipart(&e, pos, open)
	if ok && !e.alsoLeaf() {
		return d, found
	}
	if !ok {
		var odd bool
		d, found, odd = nextDelimiter(w.raw, pos, open, w.loose)
		w.odd = w.odd || odd
	}
	body := w.raw[min(pos, len(w.raw)):]
	if found {
		body = trimLineEnd(w.raw[pos:max(pos, d.start)])
	}
	w.leaf(&e, body, pos)
	return d, found
}

// multipart reads the entity as a multipart, if it is one and has at least one
// part. ok is false if not.
func (w *walk) multipart(e *entity, pos int, open []string) (d delimiter, found, ok bool) {
	if !e.claimsMultipart() || pos >= len(w.raw) {
		return d, false, false
	}
	boundaries := e.boundaries()
	if len(boundaries) > 1 {
		w.file.DefectIn(w.bodyPath(), collect.DefectCorrupt, "more than one boundary")
	}
	for _, boundary := range boundaries {
		if d, found, ok = w.bounded(e, pos, boundary, open); ok {
			return d, found, true
		}
	}
	end := len(w.raw)
	if d, found, _ := nextDelimiter(w.raw, pos, open, w.loose); found {
		end = max(pos, d.start)
	}
	if guess := guessBoundary(w.raw[pos:end]); guess != "" {
		return w.bounded(e, pos, guess, open)
	}
	return d, false, false
}

// bounded reads the entity as a multipart with the given boundary, if there is a
// delimiter of that in it.
func (w *walk) bounded(e *entity, pos int, boundary string, open []string) (d delimiter, found, ok bool) {
	inner := append(open[:len(open):len(open)], boundary)
	first, found, odd := nextDelimiter(w.raw, pos, inner, w.loose)
	w.odd = w.odd || odd
	if !found || first.level < len(open) {
		return d, false, false
	}
	d, found = w.parts(e, pos, first, inner)
	return d, found, true
}

// parts reads the parts of a multipart whose boundary is the last of open, and
// whose first delimiter is first. It returns the delimiter that ended the
// multipart: one of those around it.
func (w *walk) parts(e *entity, pos int, first delimiter, open []string) (d delimiter, found bool) {
	own := len(open) - 1
	outer := open[:own]
	w.between(pos, first.start, outer, "preamble")
	d, found = first, true
	deep := w.file.Deeper(w.bodyPath(), func() {
		d, found = w.eachPart(e.partType(), first, open)
	})
	if deep && (!found || d.level < own) {
		return d, found // not closed; what ended it belongs to a multipart around it
	}
	closed := d.end
	d, found, odd := nextDelimiter(w.raw, closed, outer, w.loose)
	w.odd = w.odd || odd
	if deep {
		end := len(w.raw)
		if found {
			end = d.start
		}
		w.between(closed, end, outer, "epilogue")
	}
	return d, found
}

// eachPart reads the parts that follow the delimiter d, up to the one that is
// not followed by another.
func (w *walk) eachPart(fallback string, d delimiter, open []string) (delimiter, bool) {
	own, found := len(open)-1, true
	for found && d.level == own && !d.last {
		if w.file.Err() != nil {
			return d, false
		}
		fields, body, odd := splitHeader(w.raw[d.end:], open, w.loose)
		w.odd = w.odd || odd
		if !w.loose {
			w.partTexts(fields)
		}
		d, found = w.entity(fields, len(w.raw)-len(body), open, fallback)
	}
	return d, found
}

// between reads what stands before the first or after the last part of a
// multipart. Programs do not show it, or show nothing else.
func (w *walk) between(start, end int, open []string, where string) {
	if start >= end {
		return
	}
	text := bytes.TrimSpace(w.raw[start:end])
	if len(text) == 0 || boilerplate(text) || !w.fresh(start, end, "", where) {
		return
	}
	w.file.Body(&collect.File{Type: "text/plain", Declared: "text/plain", Content: text}, w.bodyPath()+"#"+where)
	boundary := guessBoundary(w.raw[start:end])
	if boundary == "" {
		return
	}
	w.file.DefectIn(w.bodyPath(), collect.DefectCorrupt, "parts in the "+where+" of a multipart")
	inner := append(open[:len(open):len(open)], boundary)
	if first, found, _ := nextDelimiter(w.raw[:end], start, inner, w.loose); found && first.level == len(open) {
		w.file.Deeper(w.bodyPath(), func() { w.eachPart("text/plain", first, inner) })
	}
}

// boilerplate reports whether a preamble is one of the sentences that programs
// write for readers without MIME.
func boilerplate(text []byte) bool {
	if len(text) > 200 {
		return false
	}
	for _, sentence := range [...]string{
		"this is a multi-part message in mime format", "this is a multipart message in mime format",
		"this is a mime-encapsulated message", "this is a mime-formatted message", "this is a multi-part message",
		"this is an openpgp/mime signed message", "this is an openpgp/mime encrypted message",
		"this is a cryptographically signed message in mime format",
	} {
		if hasPrefixFold(text, sentence) && !bytes.ContainsAny(text, "0123456789") {
			return true
		}
	}
	return false
}

// bodyPath returns the path of the next body.
func (w *walk) bodyPath() string { return "body/" + strconv.Itoa(w.bodies+1) }

// fresh reports whether these bytes of the message were not yet read that way.
func (w *walk) fresh(start, end int, media, encoding string) bool {
	key := leafKey{start, end, media, encoding}
	if w.seen[key] {
		return false
	}
	w.seen[key] = true
	return true
}
