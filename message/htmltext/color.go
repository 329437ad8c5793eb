package htmltext

import (
	"strconv"
	"strings"
)

// color is an sRGB colour.
type color struct{ r, g, b int16 }

var (
	black = color{0, 0, 0}
	paper = color{255, 255, 255}
)

// near reports whether text of that colour cannot be told from its ground.
func (c color) near(ground color) bool {
	return apart(c.r, ground.r) <= 8 && apart(c.g, ground.g) <= 8 && apart(c.b, ground.b) <= 8
}

func apart(a, b int16) int16 { return max(a-b, b-a) }

// parseColor reads the ways in which mail writes a colour: #rgb, #rrggbb, bare
// hexadecimal, rgb(…), and the names that matter for hiding text. A colour of
// any other name is not ok, and then does not count.
func parseColor(value string) (color, bool) {
	value = strings.ToLower(strings.TrimSpace(value))
	if c, ok := namedColor(value); ok {
		return c, true
	}
	if args, ok := strings.CutPrefix(value, "rgb"); ok {
		return parseRGB(strings.TrimPrefix(args, "a"))
	}
	digits := strings.TrimPrefix(value, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	if len(digits) != 6 {
		return color{}, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return color{}, false
	}
	return color{int16(n >> 16), int16(n >> 8 & 0xff), int16(n & 0xff)}, true
}

func parseRGB(args string) (color, bool) {
	fields := strings.FieldsFunc(args, func(r rune) bool { return strings.ContainsRune("(), /", r) })
	if len(fields) < 3 {
		return color{}, false
	}
	var channel [3]int16
	for i := range channel {
		n, err := strconv.ParseFloat(strings.TrimSuffix(fields[i], "%"), 64)
		if err != nil || n < 0 || n > 255 {
			return color{}, false
		}
		if strings.HasSuffix(fields[i], "%") {
			n = n * 255 / 100
		}
		channel[i] = int16(n)
	}
	return color{channel[0], channel[1], channel[2]}, true
}

func namedColor(name string) (color, bool) {
	switch name {
	case "white", "window", "canvas":
		return paper, true
	case "black", "windowtext", "canvastext":
		return black, true
	case "snow", "ivory", "ghostwhite", "floralwhite", "mintcream", "azure", "whitesmoke":
		return color{250, 250, 250}, true
	case "red":
		return color{255, 0, 0}, true
	case "green":
		return color{0, 128, 0}, true
	case "blue":
		return color{0, 0, 255}, true
	case "yellow":
		return color{255, 255, 0}, true
	case "gray", "grey":
		return color{128, 128, 128}, true
	case "silver", "lightgray", "lightgrey":
		return color{192, 192, 192}, true
	case "navy":
		return color{0, 0, 128}, true
	}
	return color{}, false
}
