package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// columns are rows of cells that are written below one another.
type columns [][]string

// add appends a row.
func (c *columns) add(cells ...string) { *c = append(*c, cells) }

// write writes the rows behind indent, each column as wide as its widest cell, two
// spaces between them. Lines have no spaces at their end.
func (c columns) write(w io.Writer, indent string) {
	var widths []int
	for _, row := range c {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range c {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			line.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		fmt.Fprintln(w, strings.TrimRight(indent+line.String(), " "))
	}
}

// plural returns a number with its noun: "1 hit", "2 hits".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
