package message

import (
	"bytes"
	"iter"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/compound"
	"github.com/zixpolicy/zixpolicy/message/compressed"
	"github.com/zixpolicy/zixpolicy/message/delimited"
	"github.com/zixpolicy/zixpolicy/message/epub"
	"github.com/zixpolicy/zixpolicy/message/format"
	"github.com/zixpolicy/zixpolicy/message/htmltext"
	"github.com/zixpolicy/zixpolicy/message/jsontext"
	"github.com/zixpolicy/zixpolicy/message/mbox"
	"github.com/zixpolicy/zixpolicy/message/ooxml"
	"github.com/zixpolicy/zixpolicy/message/opendocument"
	"github.com/zixpolicy/zixpolicy/message/openpgp"
	"github.com/zixpolicy/zixpolicy/message/plaintext"
	"github.com/zixpolicy/zixpolicy/message/rar"
	"github.com/zixpolicy/zixpolicy/message/rtf"
	"github.com/zixpolicy/zixpolicy/message/sevenzip"
	"github.com/zixpolicy/zixpolicy/message/smime"
	"github.com/zixpolicy/zixpolicy/message/tar"
	"github.com/zixpolicy/zixpolicy/message/tnef"
	"github.com/zixpolicy/zixpolicy/message/xmltext"
	"github.com/zixpolicy/zixpolicy/message/zip"
)

// open detects the format of a file by its content and calls its reader.
func (r *Reader) open(f *collect.File) {
	f.Detected(format.Detect(f.Content, f.Declared))
	read := readerOf(f.Type)
	switch {
	case read != nil:
		f.Guard(read)
	case f.Type == "message/rfc822":
		readMessage(f, nil)
	case f.Type == "text/html":
		htmltext.Read(f)
	case f.Type == "text/plain":
		readPlain(f)
	case strings.HasPrefix(f.Type, "text/"), strings.HasPrefix(f.Type, "message/"):
		plaintext.Read(f)
	case f.Type == "application/pgp-encrypted":
		f.Guard(readOpenPGP)
	case f.Type == "application/pdf":
		f.Guard(r.readPDF)
	case strings.HasPrefix(f.Type, "image/"):
		r.readPicture(f)
	case format.Opaque(f.Type):
		f.Opaque()
	case zip.EndsIn(f.Content): // a program that unpacks itself
		f.Detected("application/zip")
		f.Guard(zip.Read)
	default:
		f.Defect(collect.DefectUnsupported, "no reader for this format")
	}
	readAlso(f)
}

// readAlso reads what a file holds beside what its type says: a zip archive
// behind a picture or a text opens as an archive all the same, and ciphertext
// stands in HTML, too.
func readAlso(f *collect.File) {
	class, _, _ := strings.Cut(f.Type, "/")
	switch class {
	case "text", "image", "audio", "video", "font":
		if zip.EndsIn(f.Content) {
			f.Guard(zip.ReadTail)
		}
	}
	if class == "text" && f.Type != "text/plain" && bytes.Contains(f.Content, []byte("-----BEGIN PGP MESSAGE-----")) {
		f.Defect(collect.DefectEncrypted, "OpenPGP")
	}
}

// readerOf returns the reader of files of a type, nil if there is none. This is
// the one list of formats beyond text, HTML and mail itself: a new one has its
// signature in message/format, its reader in a package of its own, and a case
// here.
func readerOf(mediaType string) func(*collect.File) {
	switch format.FamilyOf(mediaType) {
	case format.OOXML:
		return ooxml.Read
	case format.OpenDocument:
		return opendocument.Read
	case format.EPUB:
		return epub.Read
	}
	switch mediaType {
	case "text/xml", "image/svg+xml":
		return xmltext.Read
	case "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return smime.Read
	case "application/zip":
		return zip.Read
	case "application/gzip":
		return compressed.ReadGzip
	case "application/x-bzip2":
		return compressed.ReadBzip2
	case "application/x-xz":
		return compressed.ReadXZ
	case "application/zstd":
		return compressed.ReadZstd
	case "application/x-compress":
		return compressed.ReadCompress
	case "application/x-tar":
		return tar.Read
	case "application/x-7z-compressed":
		return sevenzip.Read
	case "application/vnd.rar":
		return rar.Read
	case "application/mbox":
		return mbox.Read
	case "application/x-ole-storage":
		return compound.Read
	case "application/ms-tnef":
		return tnef.Read
	case "text/calendar", "text/vcard":
		return plaintext.ReadFolded
	case "text/csv":
		return delimited.Read
	case "application/json":
		return jsontext.Read
	case "application/rtf":
		return rtf.Read
	}
	return nil
}

// readOpenPGP reads an OpenPGP message, and what stands around an armored one.
func readOpenPGP(f *collect.File) {
	if !format.IsText(f.Content) {
		openpgp.Read(f)
		return
	}
	plaintext.Read(f)
	openpgp.ReadArmored(f)
}

// readPlain reads plain text, the files uuencoded in it, and its second reading
// if it is HTML in truth.
func readPlain(f *collect.File) {
	switch {
	case f.Kind == collect.KindAttachment && format.LooksDelimited(f.Content):
		delimited.Read(f) // a table, whatever it is declared to be
	case f.Kind == collect.KindAttachment && format.LooksJSON(f.Content):
		jsontext.Read(f)
	default:
		plaintext.Read(f)
	}
	if format.LooksHTML(f.Content) {
		source, _ := charset.Decode(f.Content, f.Charset)
		page := htmltext.Render(source)
		f.Section("html", page.Text, page.Marks...)
	}
	if format.LooksMbox(f.Content) {
		mbox.Read(f)
	}
	openpgp.ReadArmored(f)
	if holdsBinHex(f.Content) {
		f.Defect(collect.DefectUnsupported, "a file in BinHex")
	}
	readEncoded(f, uuFiles(f.Content))
	readEncoded(f, yencFiles(f.Content))
}

// readEncoded reads the files that stand encoded in a text.
func readEncoded(f *collect.File, files iter.Seq[uuFile]) {
	for file := range files {
		if f.Err() != nil {
			return
		}
		if !file.closed {
			f.DefectIn(collect.SafeName(file.name), collect.DefectTruncated, "an encoded file without an end")
		}
		f.Nested(file.name, file.content)
	}
}
