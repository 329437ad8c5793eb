package matcher

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// plot draws how fast engines are with longer and longer lists, as SVG. Both axes are
// logarithmic.
func plot(scales []scale) string {
	const width, height, left, right, top, bottom = 760, 420, 60, 200, 20, 40
	x := func(phrases int) float64 {
		return left + (width-left-right)*math.Log(float64(phrases)/50)/math.Log(20000.0/50)
	}
	y := func(rate float64) float64 {
		return height - bottom - (height-top-bottom)*math.Log(max(rate, 10)/10)/math.Log(4000.0/10)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height)
	for _, rate := range []float64{10, 30, 100, 300, 1000, 3000} {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%.0f</text>`+"\n",
			left, y(rate), width-right, left-6, y(rate)+4, rate)
	}
	for _, n := range []int{50, 500, 5000, 20000} {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(n), height-bottom+18, n)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d">MB/s by number of phrases</text>`+"\n", left+8, top+8)
	var names []string
	for _, s := range scales {
		if !slices.Contains(names, s.engine) {
			names = append(names, s.engine)
		}
	}
	colours := []string{"#c00", "#555", "#07c", "#080", "#a60", "#909", "#0aa"}
	for i, name := range names {
		var points []string
		var last scale
		for _, s := range scales {
			if s.engine == name {
				points = append(points, fmt.Sprintf("%.1f,%.1f", x(s.phrases), y(s.rate)))
				last = s
			}
		}
		colour := colours[i%len(colours)]
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colour)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n", x(last.phrases)+6, y(last.rate)+4, colour, name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
