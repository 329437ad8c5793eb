package htmltext

import (
	"sort"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// mergeMarks sorts marks and joins those of one kind that overlap.
func mergeMarks(marks []collect.Mark) []collect.Mark {
	if len(marks) < 2 {
		return marks
	}
	sort.SliceStable(marks, func(i, j int) bool {
		if marks[i].Kind != marks[j].Kind {
			return marks[i].Kind < marks[j].Kind
		}
		return marks[i].Start < marks[j].Start
	})
	merged := marks[:1]
	for _, m := range marks[1:] {
		last := &merged[len(merged)-1]
		if last.Kind == m.Kind && m.Start <= last.End {
			last.End = max(last.End, m.End)
			continue
		}
		merged = append(merged, m)
	}
	return merged
}
