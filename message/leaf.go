package message

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// leaf reads a body that is no multipart, in every way its header allows.
func (w *walk) leaf(e *entity, body []byte, pos int) {
	if len(body) == 0 && !e.declared && e.name() == "" && w.bodies > 0 {
		return
	}
	if e.contradictory {
		w.file.DefectIn(w.bodyPath(), collect.DefectCorrupt, "contradictory MIME header fields")
	}
	for i := range e.types {
		t := &e.types[i]
		media := t.value
		if strings.HasPrefix(media, "multipart/") || !strings.Contains(media, "/") {
			media = "text/plain" // without parts, or no type: what is left is shown as text
		}
		for _, encoding := range e.encodings {
			if w.fresh(pos, pos+len(body), media, encoding) {
				w.decode(e, t, media, encoding, body)
			}
		}
	}
}

// decode decodes a leaf and hands it to the reader of its format.
func (w *walk) decode(e *entity, t *mediaType, media, encoding string, body []byte) {
	content, clean, known := decodeTransfer(body, encoding)
	switch {
	case encoded(encoding) && strings.HasPrefix(t.value, "multipart/"):
		w.encodedMultipart(e, t, content)
	case !known && looksBase64(body):
		decoded, _ := decodeBase64(body)
		w.file.DefectIn(w.bodyPath(), collect.DefectCorrupt, "unknown transfer encoding")
		w.give(e, t, media, decoded)
	case !clean && encoding != "quoted-printable":
		w.file.DefectIn(w.bodyPath(), collect.DefectCorrupt, "malformed transfer encoding")
		w.file.Body(&collect.File{Type: "text/plain", Declared: "text/plain", Content: body}, w.bodyPath()+"#raw")
		if strict := strictBase64(body); encoding == "base64" && len(strict) < len(content) {
			w.give(e, t, media, strict) // what a program sees that stops where it ends
		}
	}
	w.give(e, t, media, content)
}

func encoded(encoding string) bool { return encoding == "base64" || encoding == "quoted-printable" }

// encodedMultipart reads a multipart that is itself encoded, which RFC 2045
// forbids and some programs decode.
func (w *walk) encodedMultipart(e *entity, t *mediaType, content []byte) {
	for _, boundary := range e.boundaries() {
		if indexLine(content, "--"+boundary) < 0 || strings.ContainsAny(boundary, "\"\\\r\n") {
			continue
		}
		w.file.DefectIn(w.bodyPath(), collect.DefectCorrupt, "a multipart with a transfer encoding")
		head := "Content-Type: " + t.value + "; boundary=\"" + boundary + "\"\n\n"
		w.file.Attach(&collect.File{
			Path: w.unnamedPath(), Type: "message/rfc822", Declared: "message/rfc822",
			Content: append([]byte(head), content...),
		})
	}
}

// give hands decoded content to the reader of its format.
func (w *walk) give(e *entity, t *mediaType, media string, content []byte) {
	child := &collect.File{
		Name: e.name(), Type: media, Declared: media, Content: content,
		Charset: t.get("charset"),
		Flowed:  strings.EqualFold(t.get("format"), "flowed"),
		DelSp:   strings.EqualFold(t.get("delsp"), "yes"),
	}
	if !e.attached(media) {
		path := w.bodyPath()
		w.bodies++
		w.file.Body(child, path)
		return
	}
	if child.Name == "" {
		child.Path = w.unnamedPath()
	}
	w.file.Attach(child)
	for _, name := range e.names[min(1, len(e.names)):] {
		w.file.AlsoNamed(child, name)
	}
}

// unnamedPath returns the path of the next attachment without a name.
func (w *walk) unnamedPath() string {
	w.unnamed++
	return "attachment/" + strconv.Itoa(w.unnamed)
}

// looksBase64 reports whether a body is nothing but base64, several lines of it
// or one long one.
func looksBase64(body []byte) bool {
	body = bytes.TrimSpace(body)
	if len(body) < 40 || bytes.IndexByte(body, ' ') >= 0 {
		return false
	}
	_, clean := decodeBase64(body)
	return clean
}
