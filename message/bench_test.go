package message

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that it decodes what we decode
)

// benchMessages returns the messages of the text-only mail corpora.
func benchMessages(b *testing.B) (messages [][]byte, size int64) {
	for _, corpus := range []string{"mail-enron", "mail-spamassassin"} {
		for _, file := range corpusFiles(b, corpus, ".txt") {
			raw := readFile(b, file)
			if bytes.HasPrefix(raw, []byte("From ")) {
				_, raw = cutLine(raw) // which go-message refuses
			}
			messages = append(messages, raw)
			size += int64(len(raw))
		}
	}
	return messages, size
}

// BenchmarkRead reads every message of the corpora; compare it with
// BenchmarkGoMessage, which only takes the same messages apart and decodes them.
func BenchmarkRead(b *testing.B) {
	messages, size := benchMessages(b)
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
	messages, size := benchMessages(b)
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
