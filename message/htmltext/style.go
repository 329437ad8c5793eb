package htmltext

import (
	"strconv"
	"strings"
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

// applyAttributes applies the attributes of a tag over what the style sheets say.
func (s *style) applyAttributes(sheets *declared, a *attributes) {
	d := *sheets
	if c, ok := parseColor(a.background); ok && d.background == (maybeColor{}) {
		d.background = maybeColor{c, true}
	}
	if c, ok := parseColor(a.color); ok && d.color == (maybeColor{}) {
		d.color = maybeColor{c, true}
	}
	if a.style != "" {
		d.read(a.style)
	}
	d.apply(s)
	if a.hidden {
		s.gone = true
	}
}

// declared is what declarations say of an element: of several for one property
// the last counts.
type declared struct {
	none, transparent, away, clipped, noHeight, noWidth, invisible, noSize flag

	color, background maybeColor
}

// flag is a property that may be declared, and then is on or off.
type flag uint8

const (
	undeclared flag = iota
	off
	on
)

func flagOf(value bool) flag {
	if value {
		return on
	}
	return off
}

// maybeColor is a colour that may be declared.
type maybeColor struct {
	color color
	set   bool
}

// over returns d with what is declared in next put over it.
func (d declared) over(next *declared) declared {
	for _, f := range [...]struct{ to, from *flag }{
		{&d.none, &next.none}, {&d.transparent, &next.transparent}, {&d.away, &next.away}, {&d.clipped, &next.clipped},
		{&d.noHeight, &next.noHeight}, {&d.noWidth, &next.noWidth}, {&d.invisible, &next.invisible}, {&d.noSize, &next.noSize},
	} {
		if *f.from != undeclared {
			*f.to = *f.from
		}
	}
	if next.color.set {
		d.color = next.color
	}
	if next.background.set {
		d.background = next.background
	}
	return d
}

// apply makes the declarations those of an element whose inherited style is s.
func (d *declared) apply(s *style) {
	if d.none == on || d.transparent == on || d.away == on || d.clipped == on && (d.noHeight == on || d.noWidth == on) {
		s.gone = true
	}
	if d.invisible != undeclared {
		s.invisible = d.invisible == on
	}
	if d.noSize != undeclared {
		s.noSize = d.noSize == on
	}
	if d.color.set {
		s.color = d.color.color
	}
	if d.background.set {
		s.background = d.background.color
	}
}

// read adds the declarations of one rule or style attribute.
func (d *declared) read(declarations string) {
	for item := range strings.SplitSeq(declarations, ";") {
		name, value, ok := strings.Cut(item, ":")
		if !ok {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(value))
		value = strings.TrimSpace(strings.TrimSuffix(value, "!important"))
		d.set(strings.ToLower(strings.TrimSpace(name)), value)
	}
}

func (d *declared) set(name, value string) {
	switch name {
	case "display":
		d.none = flagOf(value == "none")
	case "mso-hide":
		if value == "all" {
			d.none = on
		}
	case "opacity":
		n, err := strconv.ParseFloat(value, 64)
		d.transparent = flagOf(err == nil && n <= 0.05)
	case "visibility":
		d.invisible = flagOf(value == "hidden" || value == "collapse")
	case "font-size":
		d.noSize = flagOf(tiny(value))
	case "font":
		d.setFont(value)
	case "overflow":
		d.clipped = flagOf(value == "hidden")
	case "height", "max-height":
		d.noHeight = flagOf(zero(value))
	case "width", "max-width":
		d.noWidth = flagOf(zero(value))
	case "left", "top", "text-indent", "margin-left":
		d.away = flagOf(farAway(value))
	case "color":
		if c, ok := parseColor(value); ok {
			d.color = maybeColor{c, true}
		}
	case "background-color", "background":
		word, _, _ := strings.Cut(value, " ")
		if strings.HasPrefix(value, "rgb") {
			word = value
		}
		if c, ok := parseColor(word); ok {
			d.background = maybeColor{c, true}
		}
	}
}

// setFont reads the size out of the shorthand "font: bold 12px/1.5 Arial".
func (d *declared) setFont(value string) {
	for word := range strings.FieldsSeq(value) {
		size, _, _ := strings.Cut(word, "/")
		if size != "" && size[0] >= '0' && size[0] <= '9' && !plainNumber(size) {
			d.noSize = flagOf(tiny(size))
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
