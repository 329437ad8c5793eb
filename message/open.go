package message

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/format"
	"github.com/zixpolicy/zixpolicy/message/htmltext"
	"github.com/zixpolicy/zixpolicy/message/plaintext"
)

// open detects the format of a file by its content and calls its reader. This is
// the one list of formats: a new one has its type in message/format, its reader
// in a package of its own, and one case here.
func open(f *collect.File) {
	f.Detected(format.Detect(f.Content, f.Declared))
	switch f.Type {
	case "message/rfc822":
		readMessage(f, nil)
	case "text/html":
		htmltext.Read(f)
	case "text/plain":
		readPlain(f)
	case "application/pgp-encrypted":
		f.Defect(collect.DefectEncrypted, "OpenPGP")
	default:
		switch {
		case strings.HasPrefix(f.Type, "text/"):
			plaintext.Read(f)
		case format.Opaque(f.Type):
			f.Opaque()
		default:
			f.Defect(collect.DefectUnsupported, "no reader for this format")
		}
	}
}

// readPlain reads plain text, the files uuencoded in it, and its second reading
// if it is HTML in truth.
func readPlain(f *collect.File) {
	plaintext.Read(f)
	if format.LooksHTML(f.Content) {
		source, _ := charset.Decode(f.Content, f.Charset)
		page := htmltext.Render(source)
		f.Section("html", page.Text, page.Marks...)
	}
	_, files := cutUU(f.Content)
	for _, file := range files {
		if !file.closed {
			f.DefectIn(collect.SafeName(file.name), collect.DefectTruncated, "uuencoded file without an end")
		}
		f.Nested(file.name, file.content)
	}
}
