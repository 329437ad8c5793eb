package postfix

import (
	"slices"
	"strings"
	"unicode"
)

// splitList takes a Postfix list apart. Elements are separated by commas and white
// space; an element in braces is one element.
func splitList(list string) []string {
	var elements []string
	depth, start := 0, -1
	for i, c := range list {
		separator := depth == 0 && (c == ',' || unicode.IsSpace(c))
		if separator && start >= 0 {
			elements = append(elements, list[start:i])
			start = -1
		}
		if !separator && start < 0 {
			start = i
		}
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		}
	}
	if start >= 0 {
		elements = append(elements, list[start:])
	}
	return elements
}

// withMilter returns the list of milters with zixpolicy's in it. A list that has it
// is returned as it is. zixpolicy goes behind the milters that are there, because
// they may still change the message or its recipients, but before one that signs:
// a signature has to cover the message as it leaves.
func withMilter(list string) string {
	milters := splitList(list)
	if slices.Contains(milters, milterReference) {
		return list
	}
	at := slices.IndexFunc(milters, signs)
	if at < 0 {
		at = len(milters)
	}
	return strings.Join(slices.Insert(milters, at, milterReference), ", ")
}

// signs reports whether a milter adds DKIM signatures, as far as its address tells:
// OpenDKIM and its successors by name or customary port, and Rspamd.
func signs(milter string) bool {
	for _, sign := range []string{"dkim", "rspamd", ":8891", ":8892", ":11332"} {
		if strings.Contains(strings.ToLower(milter), sign) {
			return true
		}
	}
	return false
}

// withElement returns the list with the elements that it lacks added at its end.
func withElements(list string, needed ...string) string {
	elements := splitList(list)
	changed := false
	for _, n := range needed {
		if !slices.Contains(elements, n) {
			elements, changed = append(elements, n), true
		}
	}
	if !changed {
		return list
	}
	return strings.Join(elements, " ")
}

// withFirst returns the list with the element at its head.
func withFirst(list, element string) string {
	elements := splitList(list)
	if len(elements) > 0 && elements[0] == element {
		return list
	}
	elements = slices.DeleteFunc(elements, func(e string) bool { return e == element })
	return strings.Join(slices.Insert(elements, 0, element), ", ")
}

// compact returns a list without white space, which is all that "postconf -P"
// accepts in a master.cf option.
func compact(list string) string {
	words := strings.FieldsFunc(list, func(c rune) bool { return c == ',' || unicode.IsSpace(c) })
	joined := strings.Join(words, ",")
	joined = strings.ReplaceAll(joined, "{,", "{")
	return strings.ReplaceAll(joined, ",}", "}")
}
