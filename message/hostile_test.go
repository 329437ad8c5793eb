package message

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are messages built to cost more than they weigh.
var hostile = []struct {
	name  string
	build func() []byte
	want  DefectKind // "" if it is read whole
}{
	{"100,000 parts", func() []byte {
		return append(lines("Content-Type: multipart/mixed; boundary=b", "", ""), bytes.Repeat([]byte("--b\r\nX-Note: 1\r\n\r\nx\r\n"), 100_000)...)
	}, DefectTooMany},
	{"100,000 parts that lack a header", func() []byte {
		return append(lines("Content-Type: multipart/mixed; boundary=b", "", ""), bytes.Repeat([]byte("--b\r\n\r\nx\r\n"), 100_000)...)
	}, DefectTooMany},
	{"50 MB of nested multiparts", func() []byte {
		var raw bytes.Buffer
		for i := 0; raw.Len() < 49<<20; i++ {
			fmt.Fprintf(&raw, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		return raw.Bytes()
	}, DefectTooDeep},
	{"50 MB of multiparts with one boundary", func() []byte {
		return bytes.Repeat([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"), 1<<20)
	}, DefectTooDeep},
	{"50 MB of lines that almost delimit", func() []byte {
		head := lines("Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/mixed; boundary=bb", "", "--bb", "", "")
		return append(head, bytes.Repeat([]byte("--bbx\n"), 49<<20/6)...)
	}, ""},
	{"messages inside messages", func() []byte {
		return bytes.Repeat([]byte("Content-Type: message/rfc822\r\n\r\n"), 100_000)
	}, DefectTooDeep},
	{"a million unclosed tags", func() []byte {
		return append(lines("Content-Type: text/html", "", ""), bytes.Repeat([]byte("<div>"), 1_000_000)...)
	}, ""},
	{"a million unclosed tags of many kinds", func() []byte {
		return append(lines("Content-Type: text/html", "", ""), bytes.Repeat([]byte("<b><p><td><li style=display:none>x</i>"), 250_000)...)
	}, ""},
	{"unclosed comments and styles", func() []byte {
		return append(lines("Content-Type: text/html", "", ""), bytes.Repeat([]byte("<!--<style><title>"), 500_000)...)
	}, ""},
	{"many style rules and many classes", func() []byte {
		var raw bytes.Buffer
		raw.Write(lines("Content-Type: text/html", "", "<style>"))
		raw.WriteString(strings.Repeat(".a{display:none;color:red}", 200_000) + "</style>")
		raw.WriteString(strings.Repeat("<b class='"+strings.Repeat("a ", 200)+"'>x</b>", 20_000))
		return raw.Bytes()
	}, ""},
	{"a header of 50 MB", func() []byte { return bytes.Repeat([]byte("Subject: =?utf-8?q?a?= =?utf-8?q?b?=\r\n"), 1_300_000) }, DefectTooMany},
	{"one field of 40 MB", func() []byte { return append([]byte("Subject:"), bytes.Repeat([]byte(" =?utf-8?q?a?="), 3_000_000)...) }, ""},
	{"words that never end", func() []byte { return append([]byte("Subject: "), bytes.Repeat([]byte("=?a?q?"), 2_000_000)...) }, ""},
	{"parameters without end", func() []byte {
		return append([]byte("Content-Type: text/plain"), bytes.Repeat([]byte("; name*0*=a; x=\"b"), 500_000)...)
	}, ""},
	{"uuencoded files", func() []byte {
		return append(lines("Subject: x", "", ""), bytes.Repeat([]byte("begin 644 a\n!80\n"), 500_000)...)
	}, DefectTooMany},
	{"names that are all the same", func() []byte {
		return append(lines("Content-Type: multipart/mixed; boundary=b", "", ""), bytes.Repeat([]byte("--b\r\nContent-Type: text/plain; name=a\r\n\r\nx\r\n"), 2000)...)
	}, ""},
}

func TestHostileMessagesAreBounded(t *testing.T) {
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			raw := tt.build()
			limits := DefaultLimits()
			limits.Time = 10 * time.Second
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			m := Read(context.Background(), Envelope{}, raw, limits)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes in %v, %d MiB allocated, %d parts, defects %d", len(raw), took, allocated>>20, len(m.Parts), len(m.Defects))
			if took > limits.Time+30*time.Second { // a limit that holds ends at once; the rest is for a busy machine
				t.Errorf("took %v", took)
			}
			if allocated > 64<<20+uint64(20*len(raw)) {
				t.Errorf("allocated %d MiB for %d MiB", allocated>>20, len(raw)>>20)
			}
			if len(m.Defects) > 600 || len(m.Parts) > 3*limits.Parts {
				t.Errorf("%d defects, %d parts", len(m.Defects), len(m.Parts))
			}
			if tt.want != "" && !hasDefect(m, tt.want) {
				t.Errorf("defects %+v, want %s", m.Defects, tt.want)
			}
			checkComplete(t, m)
		})
	}
}
