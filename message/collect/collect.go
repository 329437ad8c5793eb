// Package collect gathers what the readers of one message find: texts, attached
// files and defects, all under one set of [Limits].
//
// A format reader is a function that gets a [File] and reports through it:
//
//	func Read(f *collect.File) {
//		f.Text("what a person sees")              // at the file's own path
//		f.Section("notes", "text set apart")      // at path#notes
//		f.Unpack("inner.txt", packedSize, stream) // a file inside, bounded; detected and read in turn
//		f.Defect(collect.DefectEncrypted, "needs a password")
//	}
//
// A reader may not keep the File, may panic (a corrupt defect of that file), and
// should look at [File.Err] in every loop whose length the input decides. The
// place where readers are listed by format is message/open.go.
package collect

import "time"

// Limits bound what reading one message may cost. What lies beyond a limit is a
// defect. A zero field means its default.
type Limits struct {
	Message  int64         // bytes of the message as received
	Text     int64         // bytes of text produced, over all parts
	Depth    int           // nesting: multiparts, attached messages, archives
	Parts    int           // leaves, over all nesting levels
	Time     time.Duration // wall time of Read
	Unpacked int64         // bytes unpacked from archives and compressed files, over all levels
	Ratio    int64         // bytes unpacked from one file per packed byte, beyond the first mebibyte
}

// DefaultLimits are the limits that apply where the configuration names none.
func DefaultLimits() Limits {
	return Limits{
		Message: 50 << 20, Text: 64 << 20, Depth: 20, Parts: 2000, Time: 20 * time.Second,
		Unpacked: 256 << 20, Ratio: 200,
	}
}

// WithDefaults returns the limits with every zero field set to its default.
func (l Limits) WithDefaults() Limits {
	d := DefaultLimits()
	fill(&l.Message, d.Message)
	fill(&l.Text, d.Text)
	fill(&l.Depth, d.Depth)
	fill(&l.Parts, d.Parts)
	fill(&l.Time, d.Time)
	fill(&l.Unpacked, d.Unpacked)
	fill(&l.Ratio, d.Ratio)
	return l
}

func fill[T int | int64 | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// Kind says where in a message a part's text stands.
type Kind uint8

// The kinds of part.
const (
	KindSubject    Kind = iota // the decoded Subject field
	KindBody                   // a body the recipient sees on opening the message
	KindAttachment             // text inside an attached file, at any depth
	KindName                   // the name of an attached file
	KindHeaders                // human-readable header fields other than Subject
)

// String returns "subject", "body", "attachments", "names" or "headers": the
// words rules use.
func (k Kind) String() string {
	return [...]string{"subject", "body", "attachments", "names", "headers"}[k]
}

// Part is one piece of text and where it comes from.
type Part struct {
	// Path is unique in its message and stable: "subject", "body/1",
	// "report.zip/notes.docx", "report.zip/notes.docx#header". A second attachment
	// of the same name gets a suffix: "a.txt~2".
	Path  string
	Type  string // media type by content, lower case, without parameters
	Name  string // decoded file name; empty for bodies without one
	Kind  Kind
	Text  string // UTF-8, LF line ends; offsets of hits are byte offsets in it
	Marks []Mark // stretches of Text that are not plainly what the sender wrote to be seen

	Tables []Table // stretches of Text whose columns have headers
}

// Mark says something about Text[Start:End] of a part. Marks of different kinds
// may overlap; those of one kind do not, and stand in order.
type Mark struct {
	Kind       MarkKind
	Start, End int // byte offsets
}

// MarkKind says what a mark means.
type MarkKind string

// The kinds of mark.
const (
	MarkHidden    MarkKind = "hidden"    // not visible when the message is displayed
	MarkQuoted    MarkKind = "quoted"    // earlier correspondence, quoted
	MarkSignature MarkKind = "signature" // the sender's signature block
)

// Attachment is one attached file, read or not.
type Attachment struct {
	Path   string
	Type   string
	Name   string
	Size   int64 // decoded bytes
	Opaque bool  // an image, sound or other medium that carries no text to read, or a PDF file with pages that are pictures
}

// Defect is a piece of a message that could not be read, or not in one sure way.
type Defect struct {
	Part   string // the path the piece would have had
	Kind   DefectKind
	Detail string // for people; never quotes the message
}

// DefectKind says why a piece could not be read.
type DefectKind string

// The kinds of defect. Their names are part of the rules language and of a metric.
const (
	DefectEncrypted   DefectKind = "encrypted"
	DefectCorrupt     DefectKind = "corrupt"
	DefectTooDeep     DefectKind = "too-deep"
	DefectTooLarge    DefectKind = "too-large"
	DefectTooMany     DefectKind = "too-many"
	DefectTimeout     DefectKind = "timeout"
	DefectUnsupported DefectKind = "unsupported"
	DefectTruncated   DefectKind = "truncated"
	DefectBomb        DefectKind = "bomb"
)
