package phrase

// width is how far a gap parts two words; the table is in the package comment.
type width uint8

const (
	plain width = iota
	stop
	marks
	paragraph
)

// gapWidth returns the width of a gap, which is folded text without words.
func gapWidth(gap string) width {
	var (
		breaks  int
		last    rune // the mark seen last
		several bool // marks that differ
		ends    bool // a sentence
		quote   bool // nothing but > and white space since a line break
	)
	for i, r := range gap {
		switch {
		case r == ' ' || r == '\t':
		case r == '\n' || r == '\v' || r == '\f':
			breaks++
			quote = true
		case r == '\r':
			if i+1 == len(gap) || gap[i+1] != '\r' && gap[i+1] != '\n' {
				breaks++
			}
			quote = true
		case r == '>' && quote:
		default:
			several = several || last != 0 && last != r
			last = r
			quote = false
			ends = ends || (r == '.' || r == '!' || r == '?') && i+1 < len(gap) && isSpace(gap[i+1])
		}
	}
	switch {
	case breaks > 1:
		return paragraph
	case several:
		return marks
	case ends:
		return stop
	}
	return plain
}

// isSpace reports whether c is white space.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
