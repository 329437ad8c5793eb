package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// maxPages bounds the memory of one instance, in pages of 64 KiB: 256 MiB. The
// file itself and all that is unpacked from it have to fit.
const maxPages = 4096

// errClosed is why a closed sandbox opens nothing.
var errClosed = errors.New("pdf: the sandbox is closed")

// Options configure a [Sandbox].
type Options struct {
	// CacheDir keeps the compiled library, which makes the start twenty times as
	// fast. It holds machine code that is run later, so it is used only if nobody
	// but its owner, who must be the user of this process, can write to it. Empty:
	// it is compiled at each start.
	CacheDir string
	// Instances bounds the files read at once; further ones wait. Zero means one
	// for each processor, two to four.
	Instances int
}

// Sandbox is PDFium compiled and ready to read. It is safe for concurrent use.
type Sandbox struct {
	cacheDir string
	slots    chan struct{} // one for each open instance
	once     sync.Once
	ready    chan struct{} // closed when pool or err is set
	pool     pdfium.Pool
	err      error
	closing  sync.Once
}

// NewSandbox returns a sandbox. It costs nothing until it is started, by
// [Sandbox.Start] or the first file.
func NewSandbox(o Options) *Sandbox {
	if o.Instances <= 0 {
		o.Instances = min(4, max(2, runtime.GOMAXPROCS(0)))
	}
	return &Sandbox{cacheDir: o.CacheDir, slots: make(chan struct{}, o.Instances), ready: make(chan struct{})}
}

// Start compiles the library in the background: a second or two of processor
// time, or some 50 ms with a cache.
func (s *Sandbox) Start() {
	s.once.Do(func() {
		go func() {
			defer close(s.ready)
			s.pool, s.err = compile(s.cacheDir, cap(s.slots))
		}()
	})
}

// Wait waits until the library is compiled and returns why it could not be.
func (s *Sandbox) Wait(ctx context.Context) error {
	s.Start()
	select {
	case <-s.ready:
		return s.err
	case <-ctx.Done():
		return fmt.Errorf("pdf: the sandbox is not ready: %w", ctx.Err())
	}
}

// Close ends the sandbox. No Read may begin after it; those that run are waited
// for. A start that is still under way is not: it ends by itself.
func (s *Sandbox) Close() error {
	s.once.Do(func() {
		s.err = errClosed
		close(s.ready)
	})
	select {
	case <-s.ready:
		return s.end()
	default:
		go func() {
			<-s.ready
			_ = s.end()
		}()
		return nil
	}
}

// end closes the pool once no file is being read.
func (s *Sandbox) end() (err error) {
	s.closing.Do(func() {
		for range cap(s.slots) {
			s.slots <- struct{}{} // waits for the files that are being read, and lets no other in
		}
		if s.pool != nil {
			err = s.pool.Close()
		}
	})
	return err
}

// open waits for a free slot and returns a fresh instance, whose calls end with
// ctx.
func (s *Sandbox) open(ctx context.Context) (*library, error) {
	if err := s.Wait(ctx); err != nil {
		return nil, err
	}
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("pdf: no instance is free: %w", ctx.Err())
	}
	release := func() { <-s.slots }
	instance, err := s.pool.GetInstanceWithContext(ctx)
	if err != nil {
		release()
		return nil, fmt.Errorf("pdf: %w", err)
	}
	lib, err := newLibrary(ctx, instance)
	if err != nil {
		_ = instance.Close()
		release()
		return nil, err
	}
	lib.closed = func() { _ = instance.Close(); release() }
	return lib, nil
}

// compile compiles the library, with the cache if there is a sound one.
func compile(cacheDir string, instances int) (pdfium.Pool, error) {
	if cache := openCache(cacheDir); cache != nil {
		if pool, err := start(runtimeConfig().WithCompilationCache(cache), instances); err == nil {
			return pool, nil
		}
	}
	return start(runtimeConfig(), instances)
}

// runtimeConfig bounds memory, and has compiled code look at its deadline.
func runtimeConfig() wazero.RuntimeConfig {
	return wazero.NewRuntimeConfig().WithMemoryLimitPages(maxPages).WithCloseOnContextDone(true)
}

func start(config wazero.RuntimeConfig, instances int) (pdfium.Pool, error) {
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal:      instances,
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(), // no files: left out, it would be the whole root directory
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return pool, nil
}
