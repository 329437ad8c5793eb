package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// File is one body or file of a message, handed to the reader of its format.
// The exported fields are for reading; Content must not be changed.
type File struct {
	Path     string // as in [Part]; empty for the message itself
	Name     string // decoded file name; empty if it has none
	Type     string // media type: as declared at first, by content once detected
	Charset  string // as declared; empty if not
	Flowed   bool   // declared format=flowed (RFC 3676)
	DelSp    bool   // declared delsp=yes (RFC 3676)
	Kind     Kind   // of the parts that the file's text makes
	Declared string // media type as declared, whatever was detected; lower case
	Content  []byte

	c          *Collector
	depth      int
	attachment int  // its entry in Attachments, plus one; 0 if it has none
	texts      bool // whether a text stands at Path
	opaque     bool
}

// Err returns nil while there is time left and room for more. A reader that sees
// an error returns; the defect has been recorded.
func (f *File) Err() error { return f.c.done(f.Path) }

// Context is done when the time for this message is over.
func (f *File) Context() context.Context { return f.c.ctx }

// Limits returns the limits of the message.
func (f *File) Limits() Limits { return f.c.limits }

// TextLeft returns how many bytes of text may still be added. A reader that
// builds a long text stops there: what is more will be cut, with a defect.
func (f *File) TextLeft() int64 {
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	return f.c.limits.Text - f.c.text
}

// UnpackedLeft returns how many bytes may still be unpacked, for readers that
// unpack without [File.Unpack] or [File.Expand].
func (f *File) UnpackedLeft() int64 {
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	return f.c.limits.Unpacked - f.c.unpacked
}

// Text adds the text of the file itself. A second one gets a ~suffix.
func (f *File) Text(text string, marks ...Mark) {
	f.add(f.own(), text, marks, nil)
}

// own returns the path of the file's next own text.
func (f *File) own() string {
	path := f.Path
	if f.texts {
		path = f.c.take(f.Path)
	}
	f.texts = true
	return path
}

// Section adds a text that is kept apart from the file's main text, at path#name.
func (f *File) Section(name, text string, marks ...Mark) {
	if f.c.leaf(f.Path) {
		f.add(f.c.take(f.Path+"#"+name), text, marks, nil)
	}
}

// Add adds a text at a path below the file ("subject" of an attached message).
// It is for what a reader gives names of its own; see Text and Section.
func (f *File) Add(name, mediaType string, kind Kind, text string, marks ...Mark) {
	path := f.join(name)
	if !f.c.leaf(path) {
		return
	}
	f.c.part(Part{Path: f.c.take(path), Type: mediaType, Name: f.Name, Kind: kind, Text: text, Marks: marks})
}

func (f *File) add(path, text string, marks []Mark, tables []Table) {
	if len(marks) == 0 {
		marks = nil
	}
	f.c.part(Part{Path: path, Type: f.Type, Name: f.Name, Kind: f.Kind, Text: text, Marks: marks, Tables: tables})
}

// Defect records that the file, or a piece of it, could not be read. The detail
// is for people and never quotes the message.
func (f *File) Defect(kind DefectKind, detail string) {
	f.c.defect(Defect{Part: f.Path, Kind: kind, Detail: detail})
}

// DefectIn is Defect for a piece at a path below the file.
func (f *File) DefectIn(name string, kind DefectKind, detail string) {
	f.c.defect(Defect{Part: f.join(name), Kind: kind, Detail: detail})
}

// Opaque says that the file is a medium that carries no text to read.
func (f *File) Opaque() {
	f.opaque = true
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	if f.attachment > 0 && !f.c.sealed {
		f.c.found.Attachments[f.attachment-1].Opaque = true
	}
}

// Detected sets the file's media type to what its content shows it to be.
func (f *File) Detected(mediaType string) {
	f.Type = mediaType
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	if f.attachment > 0 && !f.c.sealed {
		f.c.found.Attachments[f.attachment-1].Type = mediaType
	}
}

// Nested lists a file inside this one as attached, and reads it.
func (f *File) Nested(name string, content []byte) {
	f.Attach(&File{Name: name, Content: content})
}

// Attach lists child as a file attached to f and reads it. The caller has set
// the exported fields it knows; Path, if empty, is made from Name.
func (f *File) Attach(child *File) {
	if f.list(child) {
		child.read()
	}
}

// list adds child to the attachments, and its name to the texts; false if a limit
// forbids.
func (f *File) list(child *File) bool {
	child.Kind = KindAttachment
	path := child.Path
	if path == "" {
		path = SafeName(child.Name)
	}
	if !f.adopt(child, path) {
		return false
	}
	c := f.c
	c.mu.Lock()
	if !c.sealed {
		c.found.Attachments = append(c.found.Attachments, Attachment{
			Path: child.Path, Type: child.Type, Name: child.Name, Size: int64(len(child.Content)),
		})
		child.attachment = len(c.found.Attachments)
	}
	c.mu.Unlock()
	if child.Name != "" {
		c.part(Part{Path: c.take(child.Path + "#name"), Type: "text/plain", Name: child.Name, Kind: KindName, Text: child.Name})
	}
	return true
}

// Body reads child, a body of the message f, at the given path below f.
func (f *File) Body(child *File, path string) {
	child.Kind = KindBody
	if f.Path != "" {
		child.Kind = KindAttachment
	}
	if f.adopt(child, path) {
		child.read()
	}
}

// adopt makes child a leaf below f; false if a limit forbids.
func (f *File) adopt(child *File, path string) bool {
	child.c, child.depth = f.c, f.depth+1
	child.Path = f.join(path)
	if f.Err() != nil || !f.c.leaf(child.Path) {
		return false
	}
	child.Path = f.c.take(child.Path)
	if child.depth > f.c.limits.Depth+1 {
		child.Defect(DefectTooDeep, "nested too deeply")
		return false
	}
	return true
}

// Deeper runs read one nesting level down, unless that is too deep, for a
// structure that is no file of its own (a multipart).
func (f *File) Deeper(name string, read func()) bool {
	if f.depth+1 > f.c.limits.Depth {
		f.DefectIn(name, DefectTooDeep, "nested too deeply")
		return false
	}
	f.depth++
	defer func() { f.depth-- }()
	read()
	return true
}

// read hands the file to the reader of its format. One that reports nothing at
// all has not read it, whatever it thinks.
func (f *File) read() {
	before := f.c.reports()
	f.run(f.c.open)
	if len(f.Content) > 0 && f.c.reports() == before && !f.opaque {
		f.Defect(DefectUnsupported, "its reader found nothing in it")
	}
}

// run calls a reader and turns its panic into a defect of this file.
func (f *File) run(read func(*File)) {
	defer func() {
		if r := recover(); r != nil {
			f.Defect(DefectCorrupt, fmt.Sprintf("its reader failed (%T)", r))
		}
	}()
	read(f)
}

// Guard calls a reader that may not look at [File.Err] (foreign code) so that it
// cannot hold up the message: one that does not end in time is abandoned, and
// whatever it reports afterwards is dropped.
func (f *File) Guard(read func(*File)) {
	if f.c.guarded {
		f.run(read)
		return
	}
	f.c.guarded = true
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(read)
	}()
	select {
	case <-done:
	case <-f.c.ctx.Done():
		select {
		case <-done:
		case <-time.After(grace):
			f.c.seal()
			return
		}
	}
	f.c.guarded = false
}

// Unpack reads a file that is packed inside f from r, within the limits, and
// then treats it as [File.Nested] does. packed is its size in the packed form;
// 0 if unknown, then f's own size counts. It returns false when the reader
// should stop unpacking f: a limit of the whole message is reached.
func (f *File) Unpack(name string, packed int64, r io.Reader) bool {
	return f.UnpackFile(&File{Name: name}, packed, r)
}

// UnpackFile is Unpack for a child whose exported fields the caller has set. A
// child of which nothing could be unpacked is listed as [File.Unread].
func (f *File) UnpackFile(child *File, packed int64, r io.Reader) bool {
	content, err := f.Expand(packed, r)
	switch {
	case err != nil && (len(content) == 0 || errors.Is(err, errBomb)):
		f.Unread(child, defectOf(err), err.Error())
	default:
		if err != nil {
			f.DefectIn(SafeName(child.Name), defectOf(err), err.Error())
		}
		child.Content = content
		f.Attach(child)
	}
	return f.Err() == nil && !errors.Is(err, errUnpacked)
}

// Unread lists child as a file attached to f of which no more than its name
// could be read, and the defect that says why.
func (f *File) Unread(child *File, kind DefectKind, detail string) {
	child.Content = nil
	if child.Type == "" {
		child.Type = "application/octet-stream"
	}
	if f.list(child) {
		child.Defect(kind, detail)
	}
}

// The errors of Expand that are limits of ours.
var (
	errBomb     = errors.New("unpacks to far more than its packed size")
	errUnpacked = errors.New("more unpacked bytes than the limit")
)

// Refusal is an error by which a decompressor, read through [File.Expand], says
// what kind of defect it met. Its text never quotes the message.
type Refusal struct {
	Kind   DefectKind
	Detail string
}

// Error implements error.
func (r *Refusal) Error() string { return r.Detail }

func defectOf(err error) DefectKind {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal.Kind
	case errors.Is(err, errBomb):
		return DefectBomb
	case errors.Is(err, errUnpacked):
		return DefectTooLarge
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return DefectTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return DefectTruncated
	}
	return DefectCorrupt
}

// Room returns how much may come out of packed bytes of f: what [File.Expand]
// allows. A decompressor needs no larger window, whatever its header demands.
func (f *File) Room(packed int64) int64 {
	if packed <= 0 {
		packed = int64(len(f.Content))
	}
	return min(f.c.limits.Ratio*packed+1<<20, max(f.UnpackedLeft(), 0))
}

// Expand reads r to its end within the limits on unpacked bytes and returns what
// was read before any error. packed is as for Unpack.
func (f *File) Expand(packed int64, r io.Reader) ([]byte, error) {
	if packed <= 0 {
		packed = int64(len(f.Content))
	}
	limit := f.c.limits.Ratio*packed + 1<<20
	var out bytes.Buffer
	chunk := make([]byte, 32<<10)
	for {
		if err := f.Err(); err != nil {
			return out.Bytes(), err
		}
		n, err := r.Read(chunk)
		if n > 0 && !f.spend(int64(n)) {
			return out.Bytes(), errUnpacked
		}
		out.Write(chunk[:n])
		switch {
		case int64(out.Len()) > limit:
			return nil, errBomb
		case err == io.EOF:
			return out.Bytes(), nil
		case err != nil:
			return out.Bytes(), fmt.Errorf("cannot be unpacked: %w", foreign(err))
		}
	}
}

// foreign keeps of an error of a library what callers branch on, and drops its
// text, which could quote the message.
func foreign(err error) error {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	}
	return errors.New("damaged data")
}

func (f *File) spend(n int64) bool {
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	f.c.unpacked += n
	return f.c.unpacked <= f.c.limits.Unpacked
}

// join returns the path of name below f.
func (f *File) join(name string) string {
	switch {
	case f.Path == "":
		return name
	case name == "":
		return f.Path
	}
	return f.Path + "/" + name
}

// SafeName returns a file name as one path element: no slashes, no control
// characters, never empty.
func SafeName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\':
			return '_'
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, strings.TrimSpace(name))
	if name == "" {
		return "unnamed"
	}
	return name
}

// AlsoNamed adds a further name that child, attached to f, goes by.
func (f *File) AlsoNamed(child *File, name string) {
	if child.c == nil || child.attachment == 0 {
		return
	}
	f.c.part(Part{Path: f.c.take(child.Path + "#name"), Type: "text/plain", Name: name, Kind: KindName, Text: name})
}
