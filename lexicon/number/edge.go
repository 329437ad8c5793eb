package number

import "strings"

// edge is what touches a candidate.
type edge uint8

const (
	// free: nothing that matters.
	free edge = iota
	// joined: it looks like a piece of something longer, such as a file name or an
	// address on the web. Only a cue can say otherwise.
	joined
	// part: it is a piece of a longer number, an amount or a mail address.
	part
)

// edge looks at both sides of a candidate.
func (r *reader) edge(c *candidate) edge {
	e := free
	if c.cue == 0 {
		e = r.left(c.start)
	}
	if !c.glued {
		e = max(e, r.right(c.end))
		if e == joined && (c.proof == shaped || c.proof == firm) && r.extension(c.end) {
			e = r.left(c.start)
		}
	}
	if e != free {
		return e
	}
	if r.inURL(c.start) {
		return joined
	}
	return free
}

func (r *reader) at(i int) byte {
	if i < 0 || i >= len(r.text) {
		return ' '
	}
	return r.text[i]
}

func (r *reader) left(start int) edge {
	switch b, before := r.at(start-1), r.at(start-2); {
	case alnum(b):
		return part
	case b == '.' && !(class[before] == 1), b == '$', b == '<' && before == '<':
		return part
	case b == '-' && digit(before):
		return part
	case b == '-' && alnum(before):
		return joined
	case b == '_', b == '+', b == '/', b == '\\', b == '@', b == '=' && before == '?', b == '%', b == '&':
		return joined
	}
	if before := r.text[:start]; strings.HasSuffix(before, "£") || strings.HasSuffix(before, "¥") || strings.HasSuffix(before, "€") {
		return part
	}
	return free
}

func (r *reader) right(end int) edge {
	switch b, after := r.at(end), r.at(end+1); {
	case alnum(b), b == '%', b == '@':
		return part
	case b == '.' && digit(after), b == '-' && digit(after):
		return part
	case b == '-' && alnum(after), b == '.' && alnum(after):
		return joined
	case b == '_', b == '/', b == '\\', b == '=' && alnum(after), b == '&' && alnum(after):
		return joined
	}
	return free
}

// extension reports whether a dot and letters follow, as in the name of a file or where
// the space after a sentence was lost. Numbers with separators are told from both.
func (r *reader) extension(end int) bool { return r.at(end) == '.' && class[r.at(end+1)] == 1 }

// urlReach is how far to the left of a number the beginning of its address on the
// web is looked for.
const urlReach = 256

// inURL reports whether the word at start is in an address on the web.
func (r *reader) inURL(start int) bool {
	from := max(0, start-urlReach)
	i := start
	for i > from && strings.IndexByte(" \n\t\"'<>()", r.text[i-1]) < 0 {
		i--
	}
	piece := r.text[i:start]
	return strings.Contains(piece, "://") || strings.HasPrefix(piece, "www.") ||
		strings.HasPrefix(piece, "cid:") || strings.HasPrefix(piece, "mid:")
}
