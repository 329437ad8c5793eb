package lexicon

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
)

// A pattern is a regular expression that is tried near its anchors only: the phrases
// of near, or a literal that every match must contain. It sees the folded text and
// takes whole words.

// maxReach is how much text, in bytes, a pattern without a bound on its length sees on
// either side of its anchor.
const maxReach = 256

// minLiteral is how many letters make a literal rare enough to be an anchor.
const minLiteral = 3

// pattern checks the pattern of an entry.
func (p *parser) pattern(e *Entry) {
	path := e.path + ".pattern"
	tree, err := syntax.Parse(e.Pattern, syntax.Perl)
	if err != nil {
		message := err.Error()
		var se *syntax.Error
		if errors.As(err, &se) {
			message = se.Code.String() + ": " + se.Expr
		}
		p.fail(path, "the pattern does not compile: %s", message).
			WithRemedy("patterns are RE2: no look-around and no back-references")
		return
	}
	re, err := regexp.Compile(e.Pattern)
	switch {
	case err != nil:
		p.fail(path, "the pattern does not compile: %v", err).WithRemedy("make it simpler")
		return
	case re.MatchString(""):
		p.fail(path, "the pattern matches nothing at all").
			WithRemedy("make at least one part of it required: + for *, {1,n} for {0,n}")
		return
	case bounded(tree):
		p.fail(path, "^ and $ have no meaning here").
			WithRemedy(`the text is a whole message, and a pattern takes whole words anyway: remove them`)
		return
	case len(e.Near) == 0 && len(anchors(tree)) == 0:
		p.fail(path, "the pattern has no anchor").
			WithRemedy(`so that it is not tried at every byte of every message, give it near = ["…"], ` +
				`or a word of three letters or more that every match begins with`)
	}
}

// bounded reports whether the pattern has a beginning or end of text or line.
func bounded(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText:
		return true
	}
	for _, sub := range re.Sub {
		if bounded(sub) {
			return true
		}
	}
	return false
}

// anchors returns words of which every match contains one, each at the beginning of a
// word of the text. It is empty if there are none. As the matches of a pattern are
// whole words, what the pattern begins with is the beginning of a word.
func anchors(re *syntax.Regexp) []string { return required(re, true) }

// required is anchors for a part of a pattern; begins says whether the part stands at
// the beginning of a word.
func required(re *syntax.Regexp, begins bool) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return literal(re.Rune, begins)
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0], begins)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0], begins)
		}
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := required(sub, begins)
			if len(words) == 0 {
				return nil
			}
			all = append(all, words...)
		}
		return all
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if words := required(sub, begins); len(best) == 0 || len(words) > 0 && shortest(words) > shortest(best) {
				best = words
			}
			begins = separates(sub)
		}
		return best
	}
	return nil
}

// literal returns the longest run of letters in the runes that begins a word.
func literal(runes []rune, begins bool) []string {
	best := ""
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && wordRune(runes[j]) {
			j++
		}
		if begins && j-i >= minLiteral && j-i > len([]rune(best)) {
			best = string(runes[i:j])
		}
		begins = true
		i = j + 1
	}
	if best == "" {
		return nil
	}
	return []string{strings.ToLower(best)}
}

func shortest(words []string) int {
	n := len(words[0])
	for _, w := range words[1:] {
		n = min(n, len(w))
	}
	return n
}

// separates reports whether whatever the part matches ends between words.
func separates(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return !wordRune(re.Rune[len(re.Rune)-1])
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 64 {
				return false
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if wordRune(r) {
					return false
				}
			}
		}
		return len(re.Rune) > 0
	case syntax.OpCapture, syntax.OpPlus:
		return separates(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && separates(re.Sub[0])
	case syntax.OpConcat:
		return len(re.Sub) > 0 && separates(re.Sub[len(re.Sub)-1])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !separates(sub) {
				return false
			}
		}
		return true
	case syntax.OpWordBoundary:
		return true
	}
	return false
}

// longest returns how many bytes a match of the pattern can have, or maxReach where
// that is more or has no bound.
func longest(re *syntax.Regexp) int {
	n := 0
	switch re.Op {
	case syntax.OpLiteral:
		n = 4 * len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		n = 4
	case syntax.OpStar, syntax.OpPlus:
		n = maxReach
	case syntax.OpQuest, syntax.OpCapture:
		n = longest(re.Sub[0])
	case syntax.OpRepeat:
		n = maxReach
		if re.Max >= 0 {
			n = min(maxReach, re.Max*longest(re.Sub[0]))
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n += longest(sub)
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			n = max(n, longest(sub))
		}
	}
	return min(n, maxReach)
}
