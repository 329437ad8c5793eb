package plaintext

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Marks finds quoted history and the signature in plain text with LF line ends:
// lines that begin with ">", everything below the line that introduces a
// forwarded or answered message, everything below the last "-- " line.
func Marks(text string) []collect.Mark {
	var marks []collect.Mark
	signature, body := -1, len(text)
	for start := 0; start < len(text); {
		end := len(text)
		if n := strings.IndexByte(text[start:], '\n'); n >= 0 {
			end = start + n + 1
		}
		line := text[start:end]
		switch {
		case line[0] == '>':
			marks = quote(marks, start, end)
		case introducesHistory(line, text[end:]):
			marks = quote(marks, start, len(text))
			body, end = start, len(text)
		case line == "-- \n" || line == "--\n":
			signature = start
		}
		start = end
	}
	if signature >= 0 && signature < body && strings.Count(text[signature:body], "\n") <= maxSignature {
		marks = append(marks, collect.Mark{Kind: collect.MarkSignature, Start: signature, End: body})
	}
	return marks
}

// maxSignature is how many lines a signature has at most: what is longer is text
// below a line of dashes.
const maxSignature = 20

// quote adds a quoted stretch, joined with the one before if they touch.
func quote(marks []collect.Mark, start, end int) []collect.Mark {
	if n := len(marks); n > 0 && marks[n-1].End == start {
		marks[n-1].End = end
		return marks
	}
	return append(marks, collect.Mark{Kind: collect.MarkQuoted, Start: start, End: end})
}

// introducesHistory reports whether line stands above an earlier message that
// makes up all the rest of the text.
func introducesHistory(line, rest string) bool {
	if line[0] == '-' {
		trimmed := strings.Trim(line, "- \n")
		switch strings.ToLower(trimmed) {
		case "original message", "forwarded message", "forwarded by", "ursprüngliche nachricht", "message d'origine", "mensaje original":
			return strings.HasPrefix(line, "--")
		}
		return strings.HasPrefix(line, "----") && strings.HasPrefix(trimmed, "Forwarded by ")
	}
	// The block that Outlook writes above an answered message.
	if strings.HasPrefix(line, "From: ") || strings.HasPrefix(line, "From:\t") {
		next, _, _ := strings.Cut(rest, "\n")
		return strings.HasPrefix(next, "Sent:") || strings.HasPrefix(next, "Date:")
	}
	return false
}
