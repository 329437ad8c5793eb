package extract

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
	"github.com/zixpolicy/zixpolicy/message"
)

// BenchmarkExtract reads every message of each corpus, and reports how much longer
// that takes than taking the same messages apart with go-message.
func BenchmarkExtract(b *testing.B) {
	reader := warmReader(b)
	for _, source := range sources {
		b.Run(source.name, func(b *testing.B) {
			mails := messages(b, source.name, source.extension)
			b.SetBytes(size(mails))
			b.ReportAllocs()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			text, best := 0, time.Duration(1<<63-1)
			for b.Loop() {
				text = 0
				start := time.Now()
				for _, m := range mails {
					text += textBytes(reader.Read(context.Background(), message.Envelope{}, m.Raw, message.Limits{}))
				}
				best = min(best, time.Since(start))
			}
			runtime.ReadMemStats(&after)
			if text == 0 {
				b.Fatal("no text was read")
			}
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N*len(mails)), "allocs/message")
			b.ReportMetric(float64(best.Nanoseconds())/1e3/float64(len(mails)), "µs/message")
			b.ReportMetric(float64(best)/float64(peer(mails)), "×go-message")
		})
	}
}

// peer returns what go-message takes for all messages: the best of some passes, as
// it is the best of ours that it is compared with.
func peer(mails []Mail) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 10 {
		start := time.Now()
		for _, m := range mails {
			takeApart(m.Raw)
		}
		best = min(best, time.Since(start))
	}
	return best
}

// TestPeakMemory reads the messages of all corpora, eight at a time, with the PDF
// sandbox warm, and says how much memory the process had at most. It must run alone
// to mean anything: the peak is that of the whole process.
func TestPeakMemory(t *testing.T) {
	const most = 400 << 20
	reader := warmReader(t)
	warm := peak(t)
	runtime.GC()
	var all []Mail
	for _, source := range sources {
		all = append(all, messages(t, source.name, source.extension)...)
	}
	queue := make(chan Mail)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for m := range queue {
				reader.Read(context.Background(), message.Envelope{}, m.Raw, message.Limits{})
			}
		})
	}
	for _, m := range all {
		queue <- m
	}
	close(queue)
	workers.Wait()
	got := peak(t)
	t.Logf("%d messages of %d MiB: %d MiB at most, of which %d MiB were there with the sandbox warm and nothing read",
		len(all), size(all)>>20, got>>20, warm>>20)
	if got > most {
		t.Errorf("%d MiB, want at most %d", got>>20, most>>20)
	}
}

// peak returns the most memory that the process has had resident.
func peak(tb testing.TB) int64 {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skipf("only Linux tells: %v", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kib, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return kib << 10
}

// warmReader returns a reader whose PDF sandbox runs.
func warmReader(tb testing.TB) *message.Reader {
	tb.Helper()
	if _, err := corpus.Dir(); err != nil {
		tb.Skip(err)
	}
	reader, err := message.NewReader(message.ReaderOptions{CacheDir: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { reader.Close() })
	const pdf = "Content-Type: application/pdf\r\n\r\n%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 0/Kids[]>>\nendobj\ntrailer\n<</Root 1 0 R>>\n"
	limits := message.DefaultLimits()
	limits.Time = 5 * time.Minute
	reader.Read(context.Background(), message.Envelope{}, []byte(pdf), limits)
	return reader
}

func messages(tb testing.TB, name, extension string) []Mail {
	tb.Helper()
	mails, err := Read(name, extension)
	if err != nil {
		tb.Fatal(err)
	}
	return mails
}
