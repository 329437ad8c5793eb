package format

import "bytes"

const pdf = "application/pdf"

// looksPDF reports whether content is a PDF file with something before its header,
// as programs read it: the header in the first KiB, and the end of such a file in
// its last KiB.
func looksPDF(content []byte) bool {
	head, tail := content[:min(len(content), 1024+5)], content[max(0, len(content)-1024):]
	return bytes.Contains(head, []byte("%PDF-")) &&
		(bytes.Contains(tail, []byte("%%EOF")) || bytes.Contains(tail, []byte("startxref")))
}
