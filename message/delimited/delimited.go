// Package delimited reads tables in text: CSV (RFC 4180), TSV and their like, whatever
// sets their cells apart.
package delimited

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/format"
	"github.com/zixpolicy/zixpolicy/message/grid"
	"github.com/zixpolicy/zixpolicy/message/plaintext"
)

// Read reads the table f. Text that is no table after all is read as text.
func Read(f *collect.File) {
	text, known := charset.Decode(f.Content, f.Charset)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	text = plaintext.Lines(text)
	delimiter, text := separator(text)
	if delimiter == 0 {
		f.Text(text)
		return
	}
	g := grid.New(f.TextLeft())
	if !fill(g, text, delimiter, f.Err) && f.Err() == nil {
		f.Defect(collect.DefectTooLarge, "more text in a table than may be read")
	}
	sheet := g.Sheet()
	f.Tables("", sheet.Text, sheet.Tables, sheet.Marks...)
}

// separator returns what sets the cells of a table apart, 0 if nothing does, and the
// text below a line that says so, which Excel writes and reads.
func separator(text string) (byte, string) {
	first, rest, _ := strings.Cut(text, "\n")
	if named, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(first)), "sep="); ok && len(named) == 1 {
		return named[0], rest
	}
	if delimiter := format.Delimiter([]byte(text[:min(len(text), 17<<10)]), 1); delimiter != 0 {
		return delimiter, text
	}
	// Rows of different lengths: what the first of them has most of.
	most, delimiter := 0, byte(0)
	for _, candidate := range [...]byte{'\t', ';', '|', ','} {
		if n := strings.Count(first, string(candidate)); n > most {
			most, delimiter = n, candidate
		}
	}
	return delimiter, text
}

// fill adds the cells of text to g. It returns false if there is more text than g
// has room for, or no time left.
func fill(g *grid.Grid, text string, delimiter byte, expired func() error) bool {
	column := 0
	for rows := 0; text != ""; {
		cell, rest, end := next(text, delimiter)
		if !g.Add(column, cell, false, false) {
			return false
		}
		column++
		if end {
			g.EndRow(false)
			column = 0
			if rows++; rows&1023 == 1023 && expired() != nil {
				return false
			}
		}
		text = rest
	}
	return true
}

// next returns the cell that text begins with and what follows it. end says that it
// is the last of its row. A quotation mark that does not close is one of the text:
// it holds its own line only.
func next(text string, delimiter byte) (cell, rest string, end bool) {
	if strings.HasPrefix(text, `"`) {
		if cell, rest, ok := quotedCell(text, delimiter); ok {
			return split(cell, rest)
		}
	}
	i := 0
	for i < len(text) && text[i] != delimiter && text[i] != '\n' {
		i++
	}
	return split(text[:i], text[i:])
}

// split returns the cell and what follows the one character behind it.
func split(cell, rest string) (string, string, bool) {
	if rest == "" {
		return cell, "", true
	}
	return cell, rest[1:], rest[0] == '\n'
}

// maxQuoted bounds a quoted cell. One that goes on for longer was not meant to be.
const maxQuoted = 64 << 10

// quotedCell reads a cell in quotation marks, where two of them stand for one.
func quotedCell(text string, delimiter byte) (cell, rest string, ok bool) {
	var out strings.Builder
	from := 1
	for {
		i := strings.IndexByte(text[from:min(len(text), maxQuoted)], '"')
		if i < 0 {
			return "", "", false
		}
		out.WriteString(text[from : from+i])
		from += i + 1
		if from < len(text) && text[from] == '"' {
			out.WriteByte('"')
			from++
			if from >= maxQuoted {
				return "", "", false
			}
			continue
		}
		// What stands between the mark and the delimiter belongs to the cell, too.
		end := from
		for end < len(text) && text[end] != delimiter && text[end] != '\n' {
			end++
		}
		out.WriteString(text[from:end])
		return out.String(), text[end:], true
	}
}
