// Package charset turns the bytes of a text into UTF-8, in every character set
// that mail uses, whether it is declared rightly, wrongly or not at all.
package charset

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"

	mailcharset "github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Decode returns content as valid UTF-8. declared is the label of the character
// set that the message names, or "". known is false where the label is not one
// we know and the bytes alone do not tell either; the text is then a guess.
//
// Bytes overrule the label where they leave no doubt: a byte order mark, or
// well-formed UTF-8 beyond ASCII under the label of another set.
func Decode(content []byte, declared string) (text string, known bool) {
	label := normalise(declared)
	if e := byMark(content); e != nil {
		return decodeWith(e, content), true
	}
	ascii, escape := scan(content)
	if ascii && !escape && asciiCompatible(label) {
		return string(content), true
	}
	if !ascii && !multibyte(label) && utf8.Valid(content) && bytes.IndexByte(content, 0) < 0 {
		return string(content), true
	}
	switch label {
	case "", "utf-8", "us-ascii":
		return guess(content), true
	case "utf-7", "unicode-1-1-utf-7":
		return decodeUTF7(content), true
	case "iso-2022-kr":
		return decodeISO2022KR(content), true
	}
	if e := lookup(label); e != nil {
		return decodeWith(e, content), true
	}
	if text, ok := decodeRegistered(label, content); ok {
		return text, true
	}
	return guess(content), ascii
}

// decodeRegistered decodes sets that only IANA's registry knows, under the names and
// with the quirks that go-message has collected for mail.
func decodeRegistered(label string, content []byte) (string, bool) {
	r, err := mailcharset.Reader(label, bytes.NewReader(content))
	if err != nil {
		return "", false
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return "", false
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), true
}

// guess decodes bytes of which nothing is known.
func guess(content []byte) string {
	switch {
	case looksISO2022JP(content):
		return decodeWith(japanese.ISO2022JP, content)
	case bytes.IndexByte(content, 0) >= 0:
		if e := guessUTF16(content); e != nil {
			return decodeWith(e, content)
		}
	}
	if utf8.Valid(content) {
		return string(content)
	}
	return decodeMixed(content)
}

// decodeMixed decodes UTF-8, and each byte that is not part of it as
// Windows-1252: so texts of either set come out right, and texts that programs
// put together from both.
func decodeMixed(content []byte) string {
	var out strings.Builder
	out.Grow(len(content) + len(content)/8)
	for len(content) > 0 {
		r, n := utf8.DecodeRune(content)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(content[0])
		}
		out.WriteRune(r)
		content = content[n:]
	}
	return out.String()
}

// scan reports whether all bytes are ASCII, and whether there is an ESC, which
// switches character sets in 7-bit encodings.
func scan(content []byte) (ascii, escape bool) {
	ascii = true
	rest := content
	for ; len(rest) >= 8; rest = rest[8:] {
		if binary.LittleEndian.Uint64(rest)&0x8080808080808080 != 0 {
			ascii = false
			break
		}
	}
	for _, b := range rest[:min(len(rest), 8)] {
		ascii = ascii && b < utf8.RuneSelf
	}
	return ascii, bytes.IndexByte(content, 0x1b) >= 0 || bytes.IndexByte(content, 0) >= 0
}

// asciiCompatible reports whether bytes below 0x80 mean ASCII in the set.
func asciiCompatible(label string) bool {
	switch {
	case label == "utf-7", label == "unicode-1-1-utf-7", label == "hz-gb-2312", label == "hz", label == "iso-2022-kr",
		strings.HasPrefix(label, "utf-16"), strings.HasPrefix(label, "utf-32"),
		strings.HasPrefix(label, "ibm"), strings.HasPrefix(label, "cp"), strings.HasPrefix(label, "ebcdic"),
		strings.HasPrefix(label, "iso-10646"):
		return false
	}
	return true
}

// multibyte reports whether text in the set may look like UTF-8 by accident, or
// is not to be mistaken for it.
func multibyte(label string) bool {
	if !asciiCompatible(label) {
		return true
	}
	for _, prefix := range [...]string{"gb", "big5", "shift", "sjis", "euc", "ks_c", "iso-2022", "x-euc", "cn-"} {
		if strings.HasPrefix(label, prefix) {
			return true
		}
	}
	return false
}

// normalise folds a label to the form in which it is compared.
func normalise(label string) string {
	switch label {
	case "", "utf-8", "us-ascii", "iso-8859-1":
		return label
	}
	label = strings.ToLower(strings.Trim(label, " \t\r\n\"'"))
	switch label {
	case "utf8", "utf_8":
		return "utf-8"
	case "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "unknown", "default", "_autodetect", "8bit", "7bit", "binary":
		return "us-ascii"
	case "utf16", "unicode", "ucs-2":
		return "utf-16"
	case "utf7":
		return "utf-7"
	case "latin1", "iso8859-1", "iso_8859-1", "8859-1":
		return "iso-8859-1"
	}
	return label
}

// lookup finds the encoding of a label, nil if there is none.
func lookup(label string) encoding.Encoding {
	switch label {
	case "utf-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-16le", "iso-10646-ucs-2":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-32", "utf-32be", "iso-10646-ucs-4":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "hz-gb-2312", "hz":
		return simplifiedchinese.HZGB2312
	}
	// The index of the web first: it reads iso-8859-1 as windows-1252, as mail
	// readers do, and knows what senders call the East Asian sets.
	if e, err := htmlindex.Get(label); err == nil && e != encoding.Replacement {
		return e
	}
	if n, ok := strings.CutPrefix(label, "cp"); ok {
		if e, err := htmlindex.Get("windows-" + n); err == nil {
			return e
		}
	}
	return nil
}

// decodeWith decodes all of content; what the encoding cannot express is U+FFFD.
func decodeWith(e encoding.Encoding, content []byte) string {
	out, err := e.NewDecoder().Bytes(content)
	if err != nil {
		// The decoders replace what is malformed; an error means a set that gives
		// up. Its bytes are then read as Windows-1252, so that nothing is lost.
		out, _ = charmap.Windows1252.NewDecoder().Bytes(content)
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// byMark returns the encoding that a byte order mark names.
func byMark(content []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(content, []byte{0xef, 0xbb, 0xbf}):
		return unicode.UTF8BOM
	case bytes.HasPrefix(content, []byte{0xff, 0xfe, 0, 0}):
		return utf32.UTF32(utf32.LittleEndian, utf32.ExpectBOM)
	case bytes.HasPrefix(content, []byte{0, 0, 0xfe, 0xff}):
		return utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM)
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}), bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	}
	return nil
}

// guessUTF16 returns the UTF-16 byte order in which Western text has its zero
// bytes where these are, or nil.
func guessUTF16(content []byte) encoding.Encoding {
	sample := content[:min(len(content), 4096)]
	var zeros [2]int
	for i, b := range sample {
		if b == 0 {
			zeros[i&1]++
		}
	}
	most := len(sample) / 5
	switch {
	case zeros[1] > most && zeros[0] < zeros[1]/4:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > most && zeros[1] < zeros[0]/4:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// looksISO2022JP reports whether the escape sequences of ISO-2022-JP occur.
func looksISO2022JP(content []byte) bool {
	for _, seq := range [...]string{"\x1b$B", "\x1b$@", "\x1b$(D", "\x1b(J"} {
		if bytes.Contains(content, []byte(seq)) {
			return true
		}
	}
	return false
}
