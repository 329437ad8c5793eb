package rtf

import (
	"github.com/zixpolicy/zixpolicy/message/charset"
)

// characters are the control words and symbols that stand for a character.
var characters = map[string]string{
	"tab": "\t", "~": "\u00a0", "_": "-", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002",
	"qmspace": "\u2005", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"'": "", "-": "", ":": ":", "|": "",
}

// word obeys a control word.
func (r *reader) word(t token) {
	if t.name == "u" && t.hasNumber {
		r.unicode(t.number)
		return
	}
	if r.skipped() {
		return
	}
	switch t.name {
	case "'", "-", "zwj", "zwnj", "zwbo", "zwnbo", "ltrmark", "rtlmark":
		return // they do not end a character of several bytes, nor a number
	}
	r.flush()
	r.high = 0
	switch {
	case t.name == "*":
		r.state.star = r.state.fresh
		return
	case (r.state.fresh || r.state.star) && r.enter(t):
		return
	case r.state.destination == fontDestination:
		r.fontWord(t)
		return
	case r.state.destination == dataDestination:
		r.opaque.word(t.name)
		return
	}
	if s, ok := characters[t.name]; ok {
		r.write(s)
		return
	}
	if !r.layoutWord(t) {
		r.formatWord(t)
	}
}

// layoutWord obeys the words that end lines and cells.
func (r *reader) layoutWord(t token) bool {
	if r.state.destination != textDestination && r.state.destination != strayDestination {
		return false
	}
	w := r.out()
	switch t.name {
	case "par", "sect", "page", "column":
		w.End()
	case "line", "softline", "lbr":
		w.Write([]byte("\n"), r.sight())
	case "trowd":
		if w.Tables() == 0 && !w.Pending() {
			w.OpenTable()
			w.OpenCell()
		}
	case "cell", "nestcell":
		if w.Tables() == 0 {
			w.Write([]byte("\t"), r.sight())
			break
		}
		w.CloseCell()
		w.OpenCell()
	case "row", "nestrow":
		if w.Tables() == 0 {
			w.End()
			break
		}
		w.EndRow()
		w.OpenCell()
	case "pard":
		// A paragraph outside a table says so by what it does not repeat: \intbl.
		if w.Tables() > 0 && !r.inTable() {
			w.CloseTable()
		}
	default:
		return false
	}
	return true
}

// inTable reports whether the paragraph that begins here belongs to a table: \intbl
// or \trowd follows before its text.
func (r *reader) inTable() bool {
	ahead := r.tokens
	for range 200 {
		switch t := ahead.next(); t.kind {
		case word:
			switch t.name {
			case "intbl", "trowd", "row", "cell", "nestcell", "nestrow", "itap":
				return t.name != "itap" || t.number > 0
			case "par", "pard", "sect":
				return false
			}
		case open, shut:
		case text, char, blob, end:
			return false
		}
	}
	return false
}

// formatWord obeys the words that say what text is.
func (r *reader) formatWord(t token) {
	on := !t.hasNumber || t.number != 0
	switch t.name {
	case "v", "webhidden":
		r.state.hidden = on && t.name == "v" || r.state.hidden && t.name != "v"
	case "deleted":
		r.state.deleted = on
	case "revised":
		r.state.added = on
	case "plain":
		r.state.hidden, r.state.deleted, r.state.added = false, false, false
		r.useFont(r.initial)
	case "f", "af":
		if t.name == "f" {
			r.useFont(t.number)
		}
	case "deff":
		r.initial = t.number
	case "uc":
		r.state.skip = max(0, min(t.number, 100))
	case "ansicpg":
		if page := charset.Codepage(t.number); page != "" {
			r.codepage = page
		}
	case "mac":
		r.codepage = charset.Codepage(10000)
	case "pc":
		r.codepage = charset.Codepage(437)
	case "pca":
		r.codepage = charset.Codepage(850)
	}
}

// useFont makes text be in the character set of a font.
func (r *reader) useFont(n int) {
	f := r.fonts[n]
	r.state.codepage, r.state.symbols = f.codepage, f.symbols
}
