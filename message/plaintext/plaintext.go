// Package plaintext reads plain text as a mail program shows it: lines joined
// that format=flowed broke, quoted history and the signature marked.
package plaintext

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Read reads the plain text file f.
func Read(f *collect.File) {
	text, known := charset.Decode(f.Content, f.Charset)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	text = Lines(text)
	if f.Flowed {
		flowed := Unflow(text, f.DelSp)
		f.Text(flowed, Marks(flowed)...)
		return
	}
	f.Text(text, Marks(text)...)
}

// Lines returns text with LF as its only line end: CRLF, CR CR LF and bare CR
// are one each.
func Lines(text string) string {
	i := strings.IndexByte(text, '\r')
	if i < 0 {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	for i >= 0 {
		out.WriteString(text[:i])
		out.WriteByte('\n')
		text = strings.TrimLeft(text[i:], "\r")
		text = strings.TrimPrefix(text, "\n")
		i = strings.IndexByte(text, '\r')
	}
	out.WriteString(text)
	return out.String()
}

// Unflow joins the lines of format=flowed text (RFC 3676): a line that ends in a
// space goes on in the next one of the same quote depth. delsp drops that space.
func Unflow(text string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	depth, open := 0, false // of the line before: its quote depth, whether it goes on
	for line := range strings.SplitAfterSeq(text, "\n") {
		line, end := strings.CutSuffix(line, "\n")
		quote := len(line) - len(strings.TrimLeft(line, ">"))
		content := strings.TrimPrefix(line[quote:], " ")
		signature := content == "-- "
		if open && (quote != depth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if !open && quote > 0 {
			out.WriteString(line[:quote])
			out.WriteByte(' ')
		}
		flows := end && strings.HasSuffix(content, " ") && !signature
		if flows && delsp {
			content = strings.TrimSuffix(content, " ")
		}
		out.WriteString(content)
		if end && !flows {
			out.WriteByte('\n')
		}
		depth, open = quote, flows
	}
	return out.String()
}
