package main

// chart is the drawing of how many messages have each action, before and after. Most
// mail is delivered and would press the other bars flat, so that the scale is that of
// the other actions and the bar of delivered mail is drawn broken.
type chart struct {
	Height int
	Rows   []chartRow
	Broken bool // a bar is shorter than its number
}

// chartRow is one action: a bar for each policy.
type chartRow struct {
	*beforeNow
	Y    int // of the row
	Bars [2]chartBar
}

// chartBar is one bar. Lengths are units of the drawing.
type chartBar struct {
	Value  int
	Y      int
	Length int
	Broken bool
}

// The measures of the drawing.
const (
	chartBarLength = 400 // of the longest bar
	chartRowHeight = 52
)

func newChart(actions []*beforeNow) chart {
	scale := 0
	for _, a := range actions {
		if a.Name != "deliver" {
			scale = max(scale, a.Live, a.Candidate)
		}
	}
	var c chart
	for _, a := range actions {
		if a.Live+a.Candidate == 0 {
			continue
		}
		if scale == 0 { // all is delivered
			scale = max(a.Live, a.Candidate)
		}
		row := chartRow{beforeNow: a, Y: c.Height}
		for i, value := range []int{a.Live, a.Candidate} {
			row.Bars[i] = newBar(value, scale, c.Height+6+20*i)
			c.Broken = c.Broken || row.Bars[i].Broken
		}
		c.Rows = append(c.Rows, row)
		c.Height += chartRowHeight
	}
	return c
}

func newBar(value, scale, y int) chartBar {
	b := chartBar{Value: value, Y: y}
	switch {
	case value > scale:
		b.Length, b.Broken = chartBarLength, true
	case value > 0:
		b.Length = max(value*chartBarLength/scale, 2) // a single message is seen
	}
	return b
}

// End is where the bar's number stands.
func (b chartBar) End() int { return b.Length + 8 }

// Text is the line on which the bar's number stands.
func (b chartBar) Text() int { return b.Y + 13 }
