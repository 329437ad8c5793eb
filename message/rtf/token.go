package rtf

import (
	"bytes"
	"strconv"
)

// kind is the kind of a token.
type kind uint8

const (
	end  kind = iota
	open      // {
	shut      // }
	word      // a control word, or a symbol other than a character
	char      // a byte written as \'hh
	text      // bytes as they stand
	blob      // the bytes of \bin
)

// token is one token of a file.
type token struct {
	kind      kind
	name      string // of a word
	number    int    // its parameter, or the byte of a char
	hasNumber bool
	bytes     []byte // of text and blob
}

// tokens splits a file into tokens.
type tokens struct {
	content []byte
	pos     int
	short   bool // the file ends within \bin
}

// maxWord is how long a control word may be.
const maxWord = 64

// next returns the next token.
func (t *tokens) next() token {
	for t.pos < len(t.content) {
		switch c := t.content[t.pos]; c {
		case '{':
			t.pos++
			return token{kind: open}
		case '}':
			t.pos++
			return token{kind: shut}
		case '\r', '\n', 0:
			t.pos++
		case '\\':
			t.pos++
			return t.control()
		default:
			rest := t.content[t.pos:]
			n := bytes.IndexAny(rest, "{}\\\r\n\x00")
			if n < 0 {
				n = len(rest)
			}
			t.pos += n
			return token{kind: text, bytes: rest[:n]}
		}
	}
	return token{}
}

// control reads what follows a backslash.
func (t *tokens) control() token {
	if t.pos == len(t.content) {
		return token{}
	}
	c := t.content[t.pos]
	if !letter(c) {
		t.pos++
		switch c {
		case '\'':
			return t.hex()
		case '\r', '\n':
			return token{kind: word, name: "par"}
		case '\\', '{', '}':
			return token{kind: text, bytes: t.content[t.pos-1 : t.pos]}
		}
		return token{kind: word, name: string(rune(c))}
	}
	start := t.pos
	for t.pos < len(t.content) && letter(t.content[t.pos]) && t.pos-start < maxWord {
		t.pos++
	}
	w := token{kind: word, name: string(t.content[start:t.pos])}
	w.number, w.hasNumber = t.parameter()
	if t.pos < len(t.content) && t.content[t.pos] == ' ' {
		t.pos++
	}
	if w.name == "bin" && w.number > 0 {
		n := min(w.number, len(t.content)-t.pos)
		t.short = t.short || n < w.number
		t.pos += n
		return token{kind: blob, bytes: t.content[t.pos-n : t.pos]}
	}
	return w
}

// parameter reads the number behind a control word.
func (t *tokens) parameter() (int, bool) {
	start := t.pos
	if t.pos < len(t.content) && t.content[t.pos] == '-' {
		t.pos++
	}
	digits := t.pos
	for t.pos < len(t.content) && t.content[t.pos] >= '0' && t.content[t.pos] <= '9' {
		t.pos++
	}
	if t.pos == digits {
		t.pos = start
		return 0, false
	}
	n, err := strconv.ParseInt(string(t.content[start:min(t.pos, start+12)]), 10, 32)
	return int(n), err == nil
}

// hex reads the two digits of \'hh.
func (t *tokens) hex() token {
	if t.pos+2 > len(t.content) {
		t.pos = len(t.content)
		return token{}
	}
	high, low := nibble(t.content[t.pos]), nibble(t.content[t.pos+1])
	if high < 0 || low < 0 {
		return token{kind: word, name: "'"}
	}
	t.pos += 2
	return token{kind: char, number: high<<4 | low}
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// nibble returns the value of a hexadecimal digit, -1 if it is none.
func nibble(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
