package milter

import (
	"mime"
	"strings"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// maxSubjects and maxSubject bound the Subject fields that tags are removed from. A
// message beyond them is nobody's mail program's.
const (
	maxSubjects = 8
	maxSubject  = 16 << 10
)

// stripSubjects returns the raw Subject values without the tags, in their order, and
// whether that has changed any.
func stripSubjects(raw, tags []string) (stripped []string, changed bool) {
	for _, value := range raw {
		s := stripSubject(value, tags)
		changed = changed || s != value
		stripped = append(stripped, s)
	}
	return stripped, changed
}

// stripSubject returns one raw Subject value without the tags. A value that has
// encoded words (RFC 2047) is decoded for that, as a tag may stand in one or across
// two, and encoded again.
func stripSubject(raw string, tags []string) string {
	if !strings.Contains(raw, "=?") {
		if stripped := rules.StripTags(raw, tags); stripped != raw {
			return strings.TrimSpace(stripped)
		}
		return raw
	}
	decoded := message.DecodeHeader(raw)
	stripped := rules.StripTags(decoded, tags)
	if stripped == decoded {
		return raw
	}
	return strings.ReplaceAll(mime.QEncoding.Encode("utf-8", stripped), "?= =?", "?=\n =?")
}
