package prose

import "strings"

// List is texts, one a line, each once. The zero value is ready.
type List struct {
	text strings.Builder
	seen map[string]bool
}

// maxSeen bounds how many different texts a list remembers. Beyond, a text may stand
// in it again.
const maxSeen = 10_000

// Add adds a text that is not in the list yet.
func (l *List) Add(text string) {
	text = strings.TrimSpace(text)
	if text == "" || l.seen[text] {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	if len(l.seen) < maxSeen {
		l.seen[text] = true
	}
	l.text.Write(appendClean(nil, []byte(text)))
	l.text.WriteByte('\n')
}

// String returns the list.
func (l *List) String() string { return strings.TrimSuffix(l.text.String(), "\n") }
