package xmlscan

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// decoded returns the document in r as UTF-8.
func decoded(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 4096)
	head, _ := b.Peek(256)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
		return b
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Reader(b)
	case bytes.HasPrefix(head, []byte("<\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(b)
	case bytes.HasPrefix(head, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(b)
	}
	switch label := declared(head); strings.ToLower(label) {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "utf-16":
		return b
	default:
		return &other{r: b, label: label}
	}
}

// Encoding returns the encoding that the XML declaration of a document names, or "".
func Encoding(content []byte) string {
	return declared(bytes.TrimPrefix(content[:min(len(content), 256)], []byte("\xef\xbb\xbf")))
}

// declared returns the encoding that an XML declaration names, or "".
func declared(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	declaration, _, _ := bytes.Cut(head, []byte("?>"))
	_, value, ok := bytes.Cut(declaration, []byte("encoding="))
	if !ok || len(value) < 2 {
		return ""
	}
	label, _, _ := bytes.Cut(value[1:], value[:1])
	return string(label)
}

// other reads a document in another character set, all of it at the first read:
// hardly any is.
type other struct {
	r     io.Reader
	label string
	text  *strings.Reader
	err   error
}

func (o *other) Read(p []byte) (int, error) {
	if o.text == nil {
		content, err := io.ReadAll(o.r)
		text, _ := charset.Decode(content, o.label)
		o.text, o.err = strings.NewReader(text), err
	}
	n, err := o.text.Read(p)
	if err == io.EOF && o.err != nil {
		err = o.err
	}
	return n, err
}
