// Package numberformat shows a number as the cell of a spreadsheet does, by Excel's
// format codes (ECMA-376 part 1, 18.8.31): the number 123456789 under 000-00-0000 is
// 123-45-6789 to whoever looks at it.
//
// It is exact where the look tells what a number is: places, separators, decimals
// and currencies. Dates are written in the form of ISO 8601, whatever the order of
// their parts in the code, because that order is ambiguous.
package numberformat

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Format is a parsed format code. The zero value shows numbers as they are.
type Format struct {
	sections []section
}

// Epoch is the day that the numbers of dates count from.
type Epoch int

// The two epochs of Excel.
const (
	Epoch1900 Epoch = iota
	Epoch1904
)

// maxCode is how long a format code may be; Excel allows 255 characters.
const maxCode = 1024

// Parse reads a format code. One that it cannot make sense of is General.
func Parse(code string) Format {
	if code == "" || strings.EqualFold(code, "General") || len(code) > maxCode {
		return Format{}
	}
	var f Format
	for _, part := range sections(code) {
		f.sections = append(f.sections, parseSection(part))
	}
	return f
}

// Builtin returns the code of a format that files refer to by number only.
func Builtin(id int) string {
	switch id {
	case 1:
		return "0"
	case 2:
		return "0.00"
	case 3, 37, 38:
		return "#,##0"
	case 4, 39, 40:
		return "#,##0.00"
	case 5, 6:
		return `"$"#,##0`
	case 7, 8:
		return `"$"#,##0.00`
	case 9:
		return "0%"
	case 10:
		return "0.00%"
	case 14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58:
		return "yyyy-mm-dd"
	case 18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56:
		return "hh:mm:ss"
	case 22:
		return "yyyy-mm-dd hh:mm"
	case 41, 42:
		return "#,##0"
	case 43, 44:
		return "#,##0.00"
	}
	return ""
}

// Show returns the number as a cell of that format shows it. text is the number as
// the file has it; what is no number is returned as it is.
func (f Format) Show(text string, epoch Epoch) string {
	if len(f.sections) == 0 && plainInteger(text) {
		return text
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return text
	}
	s := f.section(v)
	switch {
	case s == nil:
		return general(v, text)
	case s.date || s.time:
		if shown, ok := date(v, s, epoch); ok {
			return shown
		}
		return general(v, text)
	case !s.numeric():
		if v == 0 && len(s.places) > 0 && len(f.sections) > 2 {
			return strings.TrimSpace(s.literals()) // a section for zero that is a text
		}
		return general(v, text)
	}
	return s.show(v, len(f.sections) > 1)
}

// section returns the section of a format that a value is shown by; nil for General.
func (f Format) section(v float64) *section {
	if len(f.sections) == 0 {
		return nil
	}
	conditions := false
	for i := range f.sections {
		s := &f.sections[i]
		if s.condition != "" {
			conditions = true
			if s.holds(v) {
				return s
			}
		}
	}
	n := 0
	switch {
	case conditions:
		n = len(f.sections) - 1
	case v < 0 && len(f.sections) > 1:
		n = 1
	case v == 0 && len(f.sections) > 2:
		n = 2
	}
	if f.sections[n].text {
		return nil
	}
	return &f.sections[n]
}

// plainInteger reports whether a number is digits only.
func plainInteger(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// general writes a number without a format: all its digits, and no exponent where
// one can do without.
func general(v float64, text string) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1e18:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= 1e-7 && math.Abs(v) < 1e18:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return text
}

// date writes the number of a day, and the time of day that its fraction is.
func date(v float64, s *section, epoch Epoch) (string, bool) {
	if v < 0 || v >= 2958466 { // the year 10000
		return "", false
	}
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case epoch == Epoch1904:
		day = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case v < 60:
		day = day.AddDate(0, 0, 1) // Excel takes 1900 for a leap year
	}
	days, fraction := math.Modf(v)
	t := day.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(fraction*86400)) * time.Second)
	switch {
	case s.date && s.time:
		return t.Format("2006-01-02 15:04:05"), true
	case s.date:
		return t.Format(time.DateOnly), true
	}
	return t.Format(time.TimeOnly), true
}
