package format

import "bytes"

// LooksMbox reports whether text is a mailbox of two messages or more. One of a
// single message is read as that message.
func LooksMbox(content []byte) bool {
	return NextFromLine(content, 0) == 0 && NextFromLine(content, 1) > 0
}

// NextFromLine returns the offset, at or after from, of the next line that begins
// a message in a mailbox: one that starts with "From ", stands first or behind an
// empty line, and has a header field behind it. It returns -1 if there is none.
func NextFromLine(content []byte, from int) int {
	if from == 0 && isFromLine(content) {
		return 0
	}
	for {
		i := bytes.Index(content[from:], []byte("\nFrom "))
		if i < 0 {
			return -1
		}
		from += i + 1
		before := bytes.TrimSuffix(content[:from-1], []byte("\r"))
		if bytes.HasSuffix(before, []byte("\n")) && isFromLine(content[from:]) {
			return from
		}
	}
}

// isFromLine reports whether text begins with a "From " line and a header field.
func isFromLine(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("From ")) {
		return false
	}
	_, next, _ := bytes.Cut(text, []byte("\n"))
	name, _, ok := bytes.Cut(next[:min(len(next), 100)], []byte(":"))
	name = bytes.TrimPrefix(name, []byte(">From ")) // of a message that passed through UUCP
	return ok && len(name) > 0 && !bytes.ContainsAny(name, " \t\r\n")
}
