package mapi

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// HTMLFromRTF returns the HTML that Outlook turned into RTF and marked there
// ([MS-OXRTFEX]). ok is false for RTF that was not HTML.
func HTMLFromRTF(rtf []byte) (html string, ok bool) {
	head := rtf[:min(len(rtf), 4096)]
	if !bytes.HasPrefix(head, []byte(`{\rtf`)) || !bytes.Contains(head, []byte(`\fromhtml`)) {
		return "", false
	}
	d := &decapsulator{rest: rtf, charset: "windows-1252", fonts: map[int]string{}}
	d.state.skip = 1
	d.run()
	d.flush()
	return d.out.String(), true
}

// maxGroups bounds how deep groups are nested; what is deeper is read as if it
// stood at that depth.
const maxGroups = 1000

// group is what a brace restores.
type group struct {
	tag      bool // in an htmltag: its text is HTML
	rtf      bool // RTF that has no counterpart in the HTML (\htmlrtf)
	ignored  bool // in a destination that is not text
	fonts    bool // in the font table
	font     int
	skip     int // characters that follow a \u for readers without Unicode (\ucN)
	starting bool
}

// decapsulator takes the HTML out of RTF.
type decapsulator struct {
	rest    []byte
	charset string // of the document
	fonts   map[int]string
	state   group
	stack   []group
	over    int // groups beyond maxGroups

	out     strings.Builder
	bytes   []byte // in the charset of the font, to be decoded together
	high    rune   // the first half of a surrogate pair
	skipped int    // characters still to be skipped after a \u
}

func (d *decapsulator) run() {
	for len(d.rest) > 0 {
		b := d.rest[0]
		d.rest = d.rest[1:]
		switch b {
		case '{':
			d.open()
		case '}':
			d.close()
		case '\\':
			d.control()
		case '\r', '\n':
		default:
			d.char(b)
		}
	}
}

func (d *decapsulator) open() {
	d.flush()
	if len(d.stack) >= maxGroups {
		d.over++
		return
	}
	d.stack = append(d.stack, d.state)
	d.state.starting = true
}

func (d *decapsulator) close() {
	d.flush()
	d.skipped = 0
	switch {
	case d.over > 0:
		d.over--
	case len(d.stack) > 0:
		d.state = d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
	}
}

// silent reports whether text here is no part of the HTML.
func (d *decapsulator) silent() bool {
	return d.state.ignored || d.state.rtf && !d.state.tag
}

// char writes one byte of text.
func (d *decapsulator) char(b byte) {
	d.state.starting = false
	switch {
	case d.skipped > 0:
		d.skipped--
	case d.silent():
	default:
		d.bytes = append(d.bytes, b)
	}
}

// text writes text that is no bytes of a charset.
func (d *decapsulator) text(s string) {
	d.state.starting = false
	switch {
	case d.skipped > 0:
		d.skipped--
	case !d.silent():
		d.flush()
		d.out.WriteString(s)
	}
}

// flush decodes the bytes gathered so far.
func (d *decapsulator) flush() {
	if len(d.bytes) == 0 {
		return
	}
	label := d.charset
	if own := d.fonts[d.state.font]; own != "" && !d.state.tag {
		label = own
	}
	text, _ := charset.Decode(d.bytes, label)
	d.out.WriteString(text)
	d.bytes = d.bytes[:0]
}

// control reads what follows a backslash.
func (d *decapsulator) control() {
	if len(d.rest) == 0 {
		return
	}
	b := d.rest[0]
	if !letter(b) {
		d.rest = d.rest[1:]
		d.symbol(b)
		return
	}
	n := 0
	for n < len(d.rest) && letter(d.rest[n]) {
		n++
	}
	word := string(d.rest[:n])
	d.rest = d.rest[n:]
	n = 0
	for n < len(d.rest) && (digit(d.rest[n]) || n == 0 && d.rest[n] == '-') {
		n++
	}
	value, err := strconv.Atoi(string(d.rest[:n]))
	given := err == nil
	d.rest = d.rest[n:]
	if len(d.rest) > 0 && d.rest[0] == ' ' {
		d.rest = d.rest[1:]
	}
	d.word(word, value, given)
}

func (d *decapsulator) symbol(b byte) {
	switch b {
	case '\'':
		if len(d.rest) >= 2 {
			if n, err := strconv.ParseUint(string(d.rest[:2]), 16, 8); err == nil {
				d.char(byte(n))
			}
			d.rest = d.rest[2:]
		}
	case '*':
		// A destination that readers may skip if they do not know it. The word that
		// follows says which it is.
		d.state.ignored = d.state.ignored || !bytes.HasPrefix(d.rest, []byte(`\htmltag`))
	case '~':
		d.text("&nbsp;")
	case '_':
		d.text("&shy;")
	case '\r', '\n':
		d.text("\r\n")
	case '\\', '{', '}':
		d.char(b)
	}
}

// word acts on a control word.
func (d *decapsulator) word(word string, value int, given bool) {
	starting := d.state.starting
	d.state.starting = false
	switch word {
	case "htmltag":
		d.flush()
		d.state.tag = true
	case "htmlrtf":
		d.flush()
		d.state.rtf = !given || value != 0
	case "fonttbl":
		d.state.ignored, d.state.fonts = true, true
	case "colortbl", "stylesheet", "info", "pict", "object", "mhtmltag":
		d.state.ignored = d.state.ignored || starting
	case "ansicpg":
		if label := charset.Codepage(value); label != "" {
			d.charset = label
		}
	case "f":
		d.flush()
		d.state.font = value
	case "fcharset":
		if d.state.fonts && len(d.fonts) < 10_000 {
			d.fonts[d.state.font] = fontCharset(value)
		}
	case "uc":
		d.state.skip = max(value, 0)
	case "u":
		d.unicode(value)
	case "bin":
		d.rest = d.rest[min(max(value, 0), len(d.rest)):]
	default:
		if text, ok := words[word]; ok {
			d.text(text)
		}
	}
}

// words are the control words that stand for text.
var words = map[string]string{
	"par": "\r\n", "line": "\r\n", "tab": "\t", "lquote": "&lsquo;", "rquote": "&rsquo;", "ldblquote": "&ldquo;",
	"rdblquote": "&rdquo;", "bullet": "&bull;", "endash": "&ndash;", "emdash": "&mdash;",
}

// unicode writes the character of a \u, which RTF counts in signed 16 bits, and
// lets the characters be skipped that stand for it in older readers.
func (d *decapsulator) unicode(value int) {
	r := rune(value & 0xffff)
	switch {
	case utf16.IsSurrogate(r) && d.high == 0:
		d.high = r
	case d.high != 0:
		d.writeRune(utf16.DecodeRune(d.high, r))
		d.high = 0
	default:
		d.writeRune(r)
	}
	d.skipped = d.state.skip
}

func (d *decapsulator) writeRune(r rune) {
	if !d.silent() && utf8.ValidRune(r) {
		d.flush()
		d.out.WriteRune(r)
	}
}

// fontCharset returns the label of a font's charset, as Windows numbers them.
func fontCharset(n int) string {
	for _, set := range [...][2]int{
		{77, 10000}, {128, 932}, {129, 949}, {130, 1361}, {134, 936}, {136, 950}, {161, 1253}, {162, 1254}, {163, 1258},
		{177, 1255}, {178, 1256}, {186, 1257}, {204, 1251}, {222, 874}, {238, 1250},
	} {
		if set[0] == n {
			return charset.Codepage(set[1])
		}
	}
	return ""
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

func digit(b byte) bool { return b >= '0' && b <= '9' }
