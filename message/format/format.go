// Package format tells the format of a file by its content.
package format

import (
	"bytes"
	"cmp"
	"strings"
	"unicode/utf8"
)

// Unknown is the type of content that nothing is known of.
const Unknown = "application/octet-stream"

// Detect returns the media type of content, in lower case and without
// parameters. declared is what the message says it is; it decides only between
// kinds of text, and where the content does not tell.
func Detect(content []byte, declared string) string {
	if t := byMagic(content); t != "" {
		if t == "application/zip" {
			return cmp.Or(documentType(content), t)
		}
		if Opaque(t) && looksPDF(content) {
			return pdf
		}
		return t
	}
	if t := archiveType(content); t != "" {
		return t
	}
	if (declared == "text/plain" || declared == "text/html") && !looksCMS(content) {
		return declared // the common case; whether it is text would not matter below
	}
	if !declaredText(declared) && looksPDF(content) {
		return pdf
	}
	switch {
	case IsText(content):
		return textType(content, declared)
	case looksCMS(content):
		return "application/pkcs7-mime"
	case looksOpenPGP(content):
		return openPGP
	case declaredText(declared), declared == pgpSignature && looksSignature(content):
		return declared
	case declared == "" || declared == Unknown || Opaque(declared):
		return Unknown // what claims to be a picture and does not look like one
	}
	return declared
}

// Opaque reports whether files of that type carry no text by nature.
func Opaque(mediaType string) bool {
	class, _, _ := strings.Cut(mediaType, "/")
	switch class {
	case "image":
		return mediaType != "image/svg+xml"
	case "audio", "video", "font":
		return true
	}
	return mediaType == pgpSignature
}

// openPGP is the type of OpenPGP messages, encrypted or not.
const openPGP = "application/pgp-encrypted"

// pgpSignature is the type of detached OpenPGP signatures.
const pgpSignature = "application/pgp-signature"

// looksSignature reports whether content may be a detached OpenPGP signature: not
// large, and a signature packet.
func looksSignature(content []byte) bool {
	if len(content) > 64<<10 || len(content) < 2 {
		return false
	}
	return content[0] == 0x88 || content[0] == 0x89 || content[0] == 0xc2
}

// looksCMS reports whether content begins as a CMS structure (RFC 5652) does: a
// sequence whose first element is an object identifier of PKCS #7 or S/MIME.
func looksCMS(content []byte) bool {
	head := content[:min(len(content), 32)]
	return len(head) > 0 && head[0] == 0x30 &&
		(bytes.Contains(head, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07")) ||
			bytes.Contains(head, []byte("\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01")))
}

// declaredText reports whether mail programs show files of that type as text.
func declaredText(declared string) bool {
	return strings.HasPrefix(declared, "text/") || strings.HasPrefix(declared, "message/")
}

// signature is a byte sequence that stands at an offset in files of one type.
type signature struct {
	offset    int
	bytes     string
	mediaType string
}

// signatures are those of the formats that are not text.
var signatures = [...]signature{
	{0, "%PDF-", "application/pdf"},
	{0, "{\\rtf", "application/rtf"},
	{0, "PK\x03\x04", "application/zip"},
	{0, "PK\x05\x06", "application/zip"},
	{0, "\x1f\x8b", "application/gzip"},
	{0, "BZh", "application/x-bzip2"},
	{0, "\xfd7zXZ\x00", "application/x-xz"},
	{0, "\x28\xb5\x2f\xfd", "application/zstd"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, "Rar!\x1a\x07", "application/vnd.rar"},
	{257, "ustar", "application/x-tar"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
	{0, "\x78\x9f\x3e\x22", "application/ms-tnef"},
	{0, "-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{0, "II*\x00", "image/tiff"},
	{0, "MM\x00*", "image/tiff"},
	{0, "BM", "image/bmp"},
	{0, "\x00\x00\x01\x00", "image/vnd.microsoft.icon"},
	{0, "8BPS", "image/vnd.adobe.photoshop"},
	{0, "\xd7\xcd\xc6\x9a", "image/wmf"},
	{40, " EMF", "image/emf"},
	{8, "WEBP", "image/webp"},
	{4, "ftypheic", "image/heic"},
	{4, "ftypmif1", "image/heif"},
	{4, "ftypavif", "image/avif"},
	{4, "ftyp", "video/mp4"},
	{8, "AVI ", "video/x-msvideo"},
	{8, "WAVE", "audio/wav"},
	{0, "ID3", "audio/mpeg"},
	{0, "\xff\xfb", "audio/mpeg"},
	{0, "\xff\xf3", "audio/mpeg"},
	{0, "OggS", "audio/ogg"},
	{0, "fLaC", "audio/flac"},
	{0, ".snd", "audio/basic"},
	{0, "MThd", "audio/midi"},
	{0, "\x1a\x45\xdf\xa3", "video/webm"},
	{0, "\x00\x00\x01\xba", "video/mpeg"},
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"},
	{0, "wOFF", "font/woff"},
	{0, "wOF2", "font/woff2"},
	{0, "OTTO", "font/otf"},
	{0, "\x00\x01\x00\x00\x00", "font/ttf"},
}

// byMagic returns the type whose signature content carries, or "". Content that
// is text is no picture, whatever it begins with.
func byMagic(content []byte) string {
	for i := range signatures {
		s := &signatures[i]
		if len(content) < s.offset+len(s.bytes) || string(content[s.offset:s.offset+len(s.bytes)]) != s.bytes {
			continue
		}
		if Opaque(s.mediaType) && IsText(content) {
			continue
		}
		return s.mediaType
	}
	return ""
}

// IsText reports whether content is text: in UTF-16 or UTF-32 with a mark, in
// UTF-8, or in an 8-bit set with hardly any control characters.
func IsText(content []byte) bool {
	for _, mark := range [...]string{"\xff\xfe", "\xfe\xff", "\xef\xbb\xbf", "\x00\x00\xfe\xff"} {
		if bytes.HasPrefix(content, []byte(mark)) {
			return true
		}
	}
	sample := content[:min(len(content), 8192)]
	control, high := 0, 0
	for _, b := range sample {
		switch {
		case b >= ' ' && b < utf8.RuneSelf:
		case b >= utf8.RuneSelf:
			high++
		case b == 0:
			return false
		case b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1b:
			control++
		}
	}
	if control > len(sample)/200 {
		return false
	}
	return high <= len(sample)/2 || utf8.Valid(sample[:len(sample)-min(len(sample), 4)]) || high > 0 && control == 0
}

// textType returns which kind of text content is.
func textType(content []byte, declared string) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(content[:min(len(content), 2048)], []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case declared == "text/html" || declared == "text/plain":
		return declared
	case declared == "application/xhtml+xml" || LooksHTML(content):
		return "text/html"
	case LooksMbox(content):
		return "application/mbox"
	case declared == "message/rfc822" || declared == "message/global" || declared == "message/news":
		return "message/rfc822"
	case bytes.HasPrefix(head, []byte("BEGIN:VCALENDAR")):
		return "text/calendar"
	case bytes.HasPrefix(head, []byte("BEGIN:VCARD")):
		return "text/vcard"
	case bytes.HasPrefix(head, []byte("<?xml")), strings.HasSuffix(declared, "+xml"), strings.HasSuffix(declared, "/xml"):
		return "text/xml"
	case strings.HasSuffix(declared, "/json"), strings.HasSuffix(declared, "+json"):
		return "application/json"
	case looksMessage(head):
		return "message/rfc822"
	}
	if t := dataType(content, declared); t != "" {
		return t
	}
	if strings.HasPrefix(declared, "text/") {
		return declared
	}
	return "text/plain"
}

// LooksHTML reports whether text begins as HTML documents do.
func LooksHTML(content []byte) bool {
	head := content[:min(len(content), 1024)]
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(head) == 0 || head[0] != '<' {
		return false
	}
	head = bytes.ToLower(head)
	for bytes.HasPrefix(head, []byte("<!--")) || bytes.HasPrefix(head, []byte("<?xml")) {
		_, after, ok := bytes.Cut(head, []byte(">"))
		if !ok {
			return false
		}
		head = bytes.TrimLeft(after, " \t\r\n")
	}
	for _, tag := range [...]string{"<!doctype html", "<html", "<head", "<body", "<table", "<div", "<meta", "<title", "<style", "<script"} {
		if bytes.HasPrefix(head, []byte(tag)) {
			return true
		}
	}
	return false
}

// looksMessage reports whether text begins as a mail message: with header fields,
// at least two of them fields that every message has.
func looksMessage(head []byte) bool {
	known := 0
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		name, _, ok := bytes.Cut(line, []byte(":"))
		switch {
		case len(line) > 0 && (line[0] == ' ' || line[0] == '\t'):
			continue
		case !ok || bytes.IndexByte(name, ' ') >= 0 && !bytes.HasPrefix(line, []byte("From ")):
			return known >= 2
		}
		switch strings.ToLower(string(name)) {
		case "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version", "delivered-to":
			known++
		}
	}
	return known >= 2
}
