package htmltext

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// sheet holds the rules of style elements that a simple selector (a tag, a
// class, an id, or a tag with one of these) makes apply anywhere.
type sheet struct{ rules map[string]declared }

// maxRules bounds the selectors kept of one document.
const maxRules = 2000

// add reads a style element. Rules inside @media and the like do not count.
func (s *sheet) add(text string) {
	text = strings.NewReplacer("<!--", " ", "-->", " ").Replace(text)
	for text != "" {
		selectors, rest, ok := strings.Cut(text, "{")
		if !ok {
			return
		}
		body, after, _ := strings.Cut(rest, "}")
		if _, last, ok := cutLast(selectors, "*/"); ok {
			selectors = last
		}
		selectors = strings.TrimSpace(selectors)
		if strings.HasPrefix(selectors, "@") && strings.Contains(body, "{") {
			text = skipBlock(rest)
			continue
		}
		text = after
		s.keep(selectors, body)
	}
}

func (s *sheet) keep(selectors, body string) {
	var d declared
	d.read(body)
	if d == (declared{}) {
		return // nothing that makes text visible or not
	}
	for selector := range strings.SplitSeq(selectors, ",") {
		selector = strings.TrimSpace(selector)
		if selector == "" || len(selector) > 100 || strings.ContainsAny(selector, " >+~:[*@") {
			continue
		}
		if s.rules == nil {
			s.rules = make(map[string]declared)
		}
		if old, ok := s.rules[selector]; ok || len(s.rules) < maxRules {
			s.rules[selector] = old.over(&d)
		}
	}
}

// maxClasses bounds the classes of one element that count.
const maxClasses = 32

// of returns what the rules declare for a tag with these attributes.
func (s *sheet) of(tag atom.Atom, a *attributes) declared {
	var d declared
	if len(s.rules) == 0 {
		return d
	}
	add := func(selector string) {
		if rule, ok := s.rules[selector]; ok {
			d = d.over(&rule)
		}
	}
	name := tag.String()
	add(name)
	n := 0
	for class := range strings.FieldsSeq(a.class) {
		if n++; n > maxClasses {
			break
		}
		add("." + class)
		add(name + "." + class)
	}
	if a.id != "" {
		add("#" + a.id)
		add(name + "#" + a.id)
	}
	return d
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// skipBlock returns what follows the block whose inside text starts with.
func skipBlock(text string) string {
	depth := 1
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return text[i+1:]
			}
		}
	}
	return ""
}
