package htmltext

import (
	"sort"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// style is as much of an element's computed style as decides whether its text
// can be seen. It is inherited by value.
type style struct {
	gone              bool // by display, opacity or place: no descendant can undo it
	invisible         bool // by visibility, which a descendant can undo
	noSize            bool // font-size zero
	color, background color
}

// hides reports whether text of that style cannot be seen.
func (s *style) hides() bool {
	return s.gone || s.invisible || s.noSize || s.color.near(s.background)
}

// applyAttributes applies the attributes of a tag, the style attribute last.
func (s *style) applyAttributes(a *attributes) {
	if a.hidden {
		s.gone = true
	}
	if c, ok := parseColor(a.background); ok {
		s.background = c
	}
	if c, ok := parseColor(a.color); ok {
		s.color = c
	}
	if a.style != "" {
		s.declare(a.style)
	}
}

// declare applies the declarations of one rule or style attribute; of several
// for one property the last counts.
func (s *style) declare(declarations string) {
	var d declared
	for item := range strings.SplitSeq(declarations, ";") {
		name, value, ok := strings.Cut(item, ":")
		if !ok {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(value))
		value = strings.TrimSpace(strings.TrimSuffix(value, "!important"))
		d.set(s, strings.ToLower(strings.TrimSpace(name)), value)
	}
	if d.none || d.transparent || d.away || d.clipped && (d.noHeight || d.noWidth) {
		s.gone = true
	}
}

// declared is what the declarations seen so far make of an element.
type declared struct {
	none, transparent, away, clipped, noHeight, noWidth bool
}

func (d *declared) set(s *style, name, value string) {
	switch name {
	case "display":
		d.none = value == "none"
	case "mso-hide":
		d.none = d.none || value == "all"
	case "opacity":
		n, err := strconv.ParseFloat(value, 64)
		d.transparent = err == nil && n <= 0.05
	case "visibility":
		s.invisible = value == "hidden" || value == "collapse"
	case "font-size":
		s.noSize = tiny(value)
	case "font":
		for word := range strings.FieldsSeq(value) {
			size, _, _ := strings.Cut(word, "/")
			if size != "" && size[0] >= '0' && size[0] <= '9' && !plainNumber(size) {
				s.noSize = tiny(size)
			}
		}
	case "overflow":
		d.clipped = value == "hidden"
	case "height", "max-height":
		d.noHeight = d.noHeight || zero(value)
	case "width", "max-width":
		d.noWidth = d.noWidth || zero(value)
	case "left", "top", "text-indent", "margin-left":
		d.away = d.away || farAway(value)
	case "color":
		if c, ok := parseColor(value); ok {
			s.color = c
		}
	case "background-color", "background":
		word, _, _ := strings.Cut(value, " ")
		if strings.HasPrefix(value, "rgb") {
			word = value
		}
		if c, ok := parseColor(word); ok {
			s.background = c
		}
	}
}

// plainNumber reports whether s is a number without unit (a font weight).
func plainNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil && s != "0"
}

// number splits a CSS length into number and unit.
func number(value string) (n float64, unit string, ok bool) {
	end := strings.LastIndexAny(value, "0123456789.") + 1
	n, err := strconv.ParseFloat(value[:end], 64)
	return n, value[end:], err == nil
}

// tiny reports whether a font size is too small to read.
func tiny(value string) bool {
	n, unit, ok := number(value)
	if !ok {
		return false
	}
	switch unit {
	case "em", "rem", "ex":
		return n < 0.1
	case "%":
		return n < 10
	}
	return n <= 1
}

func zero(value string) bool {
	n, _, ok := number(value)
	return ok && n == 0
}

// farAway reports whether a length puts text off every screen.
func farAway(value string) bool {
	n, _, ok := number(value)
	return ok && n <= -999
}

// mergeMarks sorts marks and joins those of one kind that overlap.
func mergeMarks(marks []collect.Mark) []collect.Mark {
	if len(marks) < 2 {
		return marks
	}
	sort.SliceStable(marks, func(i, j int) bool {
		if marks[i].Kind != marks[j].Kind {
			return marks[i].Kind < marks[j].Kind
		}
		return marks[i].Start < marks[j].Start
	})
	merged := marks[:1]
	for _, m := range marks[1:] {
		last := &merged[len(merged)-1]
		if last.Kind == m.Kind && m.Start <= last.End {
			last.End = max(last.End, m.End)
			continue
		}
		merged = append(merged, m)
	}
	return merged
}

// sheet holds the rules of style elements that a simple selector (a tag, a
// class, an id, or a tag with one of these) makes apply anywhere.
type sheet struct{ rules map[string]string }

// maxRules bounds the selectors kept of one document.
const maxRules = 2000

// add reads a style element. Rules inside @media and the like do not count.
func (s *sheet) add(text string) {
	text = strings.NewReplacer("<!--", " ", "-->", " ").Replace(text)
	for text != "" && len(s.rules) < maxRules {
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
	if !mayHide(body) {
		return
	}
	for selector := range strings.SplitSeq(selectors, ",") {
		selector = strings.TrimSpace(selector)
		if selector == "" || len(selector) > 100 || strings.ContainsAny(selector, " >+~:[*@") {
			continue
		}
		if s.rules == nil {
			s.rules = make(map[string]string)
		}
		if len(s.rules) < maxRules {
			s.rules[selector] += body + ";"
		}
	}
}

// mayHide reports whether declarations could make text invisible (or visible).
func mayHide(body string) bool {
	body = strings.ToLower(body)
	for _, property := range [...]string{"display", "visibility", "font", "color", "background", "opacity", "overflow", "mso-hide", "left", "top", "indent"} {
		if strings.Contains(body, property) {
			return true
		}
	}
	return false
}

// apply applies the rules for a tag with these attributes.
func (s *sheet) apply(st *style, tag atom.Atom, a *attributes) {
	if len(s.rules) == 0 {
		return
	}
	name := tag.String()
	st.declareAll(s.rules[name])
	for class := range strings.FieldsSeq(a.class) {
		st.declareAll(s.rules["."+class])
		st.declareAll(s.rules[name+"."+class])
	}
	if a.id != "" {
		st.declareAll(s.rules["#"+a.id])
		st.declareAll(s.rules[name+"#"+a.id])
	}
}

func (s *style) declareAll(declarations string) {
	if declarations != "" {
		s.declare(declarations)
	}
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
