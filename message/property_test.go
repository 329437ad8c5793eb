package message

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

// nested makes files of any mix of formats.
type nested struct {
	t testing.TB
	*rand.Rand
}

// pick returns one of the choices.
func pick[T any](n nested, choices ...T) T { return choices[n.IntN(len(choices))] }

// name returns a file name, seldom one that tells the truth.
func (n nested) name() string {
	return pick(n, "a", "b c", "ü", "") + pick(n, ".txt", ".zip", ".docx", ".gz", ".tgz", ".eml", ".pdf", ".png", "")
}

// leaf returns a file that holds no other.
func (n nested) leaf() []byte {
	words := strings.Repeat(pick(n, "MRN 00412287 ", "plain words ", "ü€ ", "=?utf-8?q?x?= ", "\x00"), n.IntN(3000))
	return []byte(pick(n, "", "<html><b>"+words, "{\\rtf1 "+words+"}", "a,b\n1,2\n3,4\n"+words, `{"a": ["`+words+`"]}`,
		"<?xml version='1.0'?><a b='c'>"+words, "BEGIN:VCARD\nNOTE:"+words, "GIF89a"+words, "MZ\x00"+words, "%PDF-1.4\n"+words,
		"PK\x03\x04"+words, "Rar!\x1a\x07\x01\x00"+words, "7z\xbc\xaf\x27\x1c"+words, "\x1f\x8b\x08\x00"+words, "-----BEGIN PGP MESSAGE-----\n"+words,
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+words, "\x78\x9f\x3e\x22"+words, "\x28\xb5\x2f\xfd"+words, "BZh9"+words, "From a Mon\n"+words, words, words, words))
}

// file returns a file that holds others, levels deep.
func (n nested) file(levels int) []byte {
	if levels == 0 || n.IntN(8) == 0 {
		return n.leaf()
	}
	inner := n.file(levels - 1)
	switch n.IntN(12) {
	case 0, 1:
		return zipped(n.t, n.name(), inner)
	case 2:
		return gzipped(n.t, inner)
	case 3:
		return tarred(n.t, "x"+n.name(), inner)
	case 4:
		return n.mail(inner)
	case 5:
		return append([]byte("From a Mon Jan  1 00:00:00 2024\n"), n.mail(inner)...)
	case 6: // the end is missing
		return inner[:len(inner)-n.IntN(len(inner)/4+1)]
	case 7: // two files in one
		return append(inner, n.file(levels-1)...)
	case 8: // a damaged byte
		inner = bytes.Clone(inner)
		if len(inner) > 0 {
			inner[n.IntN(len(inner))] ^= byte(1 << n.IntN(8))
		}
		return inner
	case 9: // a password, as far as the archive says
		inner = zipped(n.t, n.name(), inner)
		inner[6] |= 1
		return inner
	case 10:
		return bytes.Repeat(inner, 1+n.IntN(4))
	}
	return gzipped(n.t, tarred(n.t, "y"+n.name(), inner))
}

// mail returns a message with files in it.
func (n nested) mail(inner []byte) []byte {
	var raw bytes.Buffer
	boundary := fmt.Sprintf("b%d", n.IntN(4)) // which those around it may have, too
	fmt.Fprintf(&raw, "Subject: x\r\nContent-Type: multipart/%s; boundary=%s\r\n\r\n", pick(n, "mixed", "alternative", "signed", "related"), boundary)
	for range n.IntN(4) {
		fmt.Fprintf(&raw, "--%s\r\nContent-Type: %s\r\n\r\n%s\r\n", boundary, pick(n, "text/plain", "text/html", "message/rfc822", "application/pdf", "image/png"), n.leaf())
	}
	fmt.Fprintf(&raw, "--%s\r\n%s\r\n", boundary, mailWith(inner, n.name()))
	if n.IntN(3) > 0 {
		fmt.Fprintf(&raw, "--%s--\r\n%s", boundary, pick(n, "", "epilogue", "--"+boundary))
	}
	return raw.Bytes()
}

// limits returns the limits of a message: the default ones, or one of them tiny.
func (n nested) limits() Limits {
	l := DefaultLimits()
	l.Time = time.Minute
	switch n.IntN(8) {
	case 0:
		l.Message = int64(n.IntN(3000)) + 1
	case 1:
		l.Text = int64(n.IntN(3000)) + 1
	case 2:
		l.Depth = n.IntN(4) + 1
	case 3:
		l.Parts = n.IntN(8) + 1
	case 4:
		l.Unpacked = int64(n.IntN(3000)) + 1
	case 5:
		l.Ratio = 1
	case 6:
		l.Time = time.Duration(n.IntN(1000)) * time.Microsecond
	}
	return l
}

// TestAnyMessageIsReadWithinItsLimits reads messages made of anything. Whatever they
// are, time, text, files and memory stay within the limits, and every file ends as
// text, opaque or defect.
func TestAnyMessageIsReadWithinItsLimits(t *testing.T) {
	const messages = 600
	complete := 0
	for seed := range uint64(messages) {
		n := nested{t, rand.New(rand.NewPCG(seed, 4))}
		raw, limits := n.mail(n.file(1+n.IntN(7))), n.limits()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		m := Read(context.Background(), Envelope{}, raw, limits)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if took > limits.WithDefaults().Time+30*time.Second { // a limit that holds ends at once; the rest is for a busy machine
			t.Errorf("seed %d: took %v of %v", seed, took, limits.Time)
		}
		if allocated := int64(after.TotalAlloc - before.TotalAlloc); allocated > 128<<20+50*int64(len(raw)) {
			t.Errorf("seed %d: allocated %d MiB for %d KiB", seed, allocated>>20, len(raw)>>10)
		}
		checkWithin(t, m, limits.WithDefaults())
		checkComplete(t, m)
		if t.Failed() {
			t.Fatalf("seed %d, limits %+v, defects %+v", seed, limits, m.Defects)
		}
		if !hasDefect(m, DefectTooMany) && !hasDefect(m, DefectTimeout) {
			complete++
		}
	}
	if complete < messages/2 {
		t.Errorf("only %d of %d messages were read to their end", complete, messages)
	}
}

// checkWithin checks the limits that show in what was read, and that nothing was
// left out without saying so.
func checkWithin(t *testing.T, m *Message, limits Limits) {
	t.Helper()
	text := int64(0)
	for _, p := range m.Parts {
		text += int64(len(p.Text))
	}
	switch {
	case text > limits.Text:
		t.Errorf("%d bytes of text, and the limit is %d", text, limits.Text)
	case len(m.Attachments) > limits.Parts:
		t.Errorf("%d files, and the limit is %d", len(m.Attachments), limits.Parts)
	case len(m.Defects) > 600:
		t.Errorf("%d defects", len(m.Defects))
	case m.Size > limits.Message && !hasDefect(m, DefectTooLarge):
		t.Errorf("%d bytes of a message, and the limit is %d, without a defect", m.Size, limits.Message)
	}
}
