package collect

import (
	"context"
	"strings"
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
