package message

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that it decodes what we decode
)

// benchMessages returns the messages of the mail corpora: all, or those that are
// nothing but plain text.
func benchMessages(b *testing.B, textOnly bool) (messages [][]byte, size int64) {
	for _, corpus := range []string{"mail-enron", "mail-spamassassin"} {
		for _, file := range corpusFiles(b, corpus, ".txt") {
			raw := readFile(b, file)
			if bytes.HasPrefix(raw, []byte("From ")) {
				_, raw = cutLine(raw) // which go-message refuses
			}
			if textOnly && !isTextOnly(raw) {
				continue
			}
			messages = append(messages, raw)
			size += int64(len(raw))
		}
	}
	return messages, size
}

func isTextOnly(raw []byte) bool {
	m := Read(context.Background(), Envelope{}, raw, Limits{})
	return len(m.Attachments) == 0 && !slices.ContainsFunc(m.Parts, func(p Part) bool { return p.Type != "text/plain" })
}

// BenchmarkRead reads every message of the corpora; compare it with
// BenchmarkGoMessage, which only takes the same messages apart and decodes them.
func BenchmarkRead(b *testing.B) {
	b.Run("text", func(b *testing.B) { benchRead(b, true) })
	b.Run("all", func(b *testing.B) { benchRead(b, false) })
}

func benchRead(b *testing.B, textOnly bool) {
	messages, size := benchMessages(b, textOnly)
	b.SetBytes(size)
	b.ReportAllocs()
	parts := 0
	for b.Loop() {
		parts = 0
		for _, raw := range messages {
			parts += len(Read(context.Background(), Envelope{}, raw, Limits{}).Parts)
		}
	}
	if parts < 2*len(messages) {
		b.Fatalf("%d parts in %d messages", parts, len(messages))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(messages)), "µs/message")
}

func BenchmarkGoMessage(b *testing.B) {
	b.Run("text", func(b *testing.B) { benchGoMessage(b, true) })
	b.Run("all", func(b *testing.B) { benchGoMessage(b, false) })
}

func benchGoMessage(b *testing.B, textOnly bool) {
	messages, size := benchMessages(b, textOnly)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range messages {
			entity, err := gomessage.Read(bytes.NewReader(raw))
			if entity == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
				continue
			}
			_ = entity.Walk(func(_ []int, e *gomessage.Entity, err error) error {
				if e == nil || err != nil && !gomessage.IsUnknownCharset(err) {
					return nil
				}
				for fields := e.Header.Fields(); fields.Next(); {
					_, _ = fields.Text()
				}
				if media, _, _ := e.Header.ContentType(); !strings.HasPrefix(media, "multipart/") {
					_, _ = io.ReadAll(e.Body)
				}
				return nil
			})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(messages)), "µs/message")
}

// BenchmarkReadPlain reads one plain text message of 4 KB.
func BenchmarkReadPlain(b *testing.B) {
	raw := []byte("From: Ann <ann@maine.example>\r\nTo: Bob <bob@ext.example>\r\nSubject: =?utf-8?q?results_for_M=C3=BCller?=\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		strings.Repeat("The results of the second sample are with the laboratory.\r\n", 64))
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Read(context.Background(), Envelope{}, raw, Limits{})
	}
}
