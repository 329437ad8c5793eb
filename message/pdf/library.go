package pdf

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"strings"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/tetratelabs/wazero/api"
)

// library calls the functions of one instance of PDFium. Handles, addresses and
// numbers are all 32-bit words. The first call that fails (a trap, the deadline)
// is kept in err, and from then on every call returns 0: callers need to look
// only in the end, and loops that a handle of 0 ends do end.
//
// It calls the exports of the module itself rather than the wrapper of go-pdfium,
// whose calls have no context and whose Kill, in v1.18.0, does nothing: a file
// that loops could not be stopped.
type library struct {
	ctx       context.Context
	module    api.Module
	functions map[string]api.Function
	keys      map[string]uint32 // C strings in the instance's memory
	err       error
	omitted   bool // a string was longer than maxString
	closed    func()
}

// errCall is that of a call which PDFium does not have.
var errCall = errors.New("pdf: no such function")

func newLibrary(ctx context.Context, instance pdfium.Pdfium) (*library, error) {
	module, err := moduleOf(instance)
	if err != nil {
		return nil, err
	}
	return &library{ctx: ctx, module: module, functions: map[string]api.Function{}, keys: map[string]uint32{}}, nil
}

// moduleOf returns the WebAssembly module of an instance. go-pdfium exports it as
// a field of a type in a package of its own.
func moduleOf(instance pdfium.Pdfium) (api.Module, error) {
	field := reflect.Indirect(reflect.ValueOf(instance.GetImplementation())).FieldByName("Module")
	if field.IsValid() {
		if module, ok := field.Interface().(api.Module); ok {
			return module, nil
		}
	}
	return nil, errors.New("pdf: this version of go-pdfium hides its module")
}

func (l *library) close() { l.closed() }

// call calls a function of PDFium's public headers.
func (l *library) call(name string, args ...uint32) uint32 {
	var wide [10]uint64
	for i, a := range args {
		wide[i] = uint64(a)
	}
	result := l.invoke(name, wide[:len(args)])
	return uint32(result)
}

// float calls a function that returns a float.
func (l *library) float(name string, args ...uint32) float64 {
	return float64(math.Float32frombits(l.call(name, args...)))
}

func (l *library) invoke(name string, args []uint64) uint64 {
	if l.err != nil {
		return 0
	}
	f := l.functions[name]
	if f == nil {
		if f = l.module.ExportedFunction(name); f == nil {
			l.err = errCall
			return 0
		}
		l.functions[name] = f
	}
	results, err := f.Call(l.ctx, args...)
	if err != nil {
		l.err = err
		return 0
	}
	if len(results) == 0 {
		return 0
	}
	return results[0]
}

// alloc returns the address of n zeroed bytes in the instance's memory, 0 if it
// is exhausted.
func (l *library) alloc(n uint32) uint32 { return l.call("calloc", n, 1) }

func (l *library) free(p uint32) {
	if p != 0 {
		l.call("free", p)
	}
}

// peek returns a copy of n bytes of memory.
func (l *library) peek(p, n uint32) []byte {
	if l.err != nil {
		return nil
	}
	view, ok := l.module.Memory().Read(p, n)
	if !ok {
		return nil
	}
	return append([]byte(nil), view...)
}

// word returns the 32-bit word at an address.
func (l *library) word(p uint32) uint32 {
	if b := l.peek(p, 4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// write copies data into memory, 0 if there is no room for it.
func (l *library) write(data []byte) uint32 {
	p := l.call("malloc", uint32(max(len(data), 1)))
	if p == 0 || !l.module.Memory().Write(p, data) {
		return 0
	}
	return p
}

// key returns the address of a C string that lives as long as the instance.
func (l *library) key(s string) uint32 {
	p, ok := l.keys[s]
	if !ok {
		p = l.write(append([]byte(s), 0))
		l.keys[s] = p
	}
	return p
}

// maxString bounds one string of a PDF file, in bytes.
const maxString = 16 << 20

// bytes calls a function that ends in a buffer and its length, and returns what
// it puts there: such functions return the length that they need.
func (l *library) bytes(name string, args ...uint32) []byte {
	n := l.call(name, append(args, 0, 0)...)
	l.omitted = l.omitted || n > maxString
	if n == 0 || n > maxString {
		return nil
	}
	p := l.alloc(n)
	if p == 0 {
		return nil
	}
	defer l.free(p)
	got := l.call(name, append(args, p, n)...)
	return l.peek(p, min(got, n))
}

// text is bytes for functions whose string is in UTF-16.
func (l *library) text(name string, args ...uint32) string {
	return decodeUTF16(l.bytes(name, args...))
}

// ascii is bytes for functions whose string is in 7 bits; others are kept as
// Latin-1.
func (l *library) ascii(name string, args ...uint32) string {
	var s strings.Builder
	for _, b := range l.bytes(name, args...) {
		if b != 0 {
			s.WriteRune(rune(b))
		}
	}
	return s.String()
}

// decodeUTF16 returns little-endian UTF-16 as UTF-8, without its final zero.
func decodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.Trim(string(utf16.Decode(units)), "\x00")
}
