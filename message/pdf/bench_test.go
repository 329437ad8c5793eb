package pdf

import (
	"context"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// BenchmarkRead reads one file again and again: instance, text and close.
func BenchmarkRead(b *testing.B) {
	for name, content := range map[string][]byte{
		"one page by hand": spec{content: show(50, 700, "MRN 00412287")}.bytes(),
		"standardized":     corpus(b, "standardized_text.pdf"),
		"2 pages":          corpus(b, "raw_text.pdf"),
		"3 scanned pages":  corpus(b, "ocr_text.pdf"),
		"6 pages":          corpus(b, "two_column.pdf"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			found := read(b, content)
			for b.Loop() {
				found = read(b, content)
			}
			if len(found.Defects) > 0 {
				b.Fatalf("defects %+v", found.Defects)
			}
		})
	}
}

// BenchmarkRender renders the pages of a scan for OCR.
func BenchmarkRender(b *testing.B) {
	content := corpus(b, "ocr_text.pdf")
	pages := 0
	for b.Loop() {
		pages = 0
		readWith(b, content, collect.Limits{}, func(*collect.File, []byte) (string, bool) { pages++; return "", true })
	}
	if pages != 3 {
		b.Fatalf("%d pages, want 3", pages)
	}
}

// BenchmarkStart starts the sandbox, compiling it or from the cache.
func BenchmarkStart(b *testing.B) {
	for name, dir := range map[string]string{"compiled": "", "cached": b.TempDir()} {
		b.Run(name, func(b *testing.B) {
			start := func() {
				s := NewSandbox(Options{CacheDir: dir})
				if err := s.Wait(context.Background()); err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			start() // fills the cache
			for b.Loop() {
				start()
			}
		})
	}
}
