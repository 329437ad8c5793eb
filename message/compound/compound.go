// Package compound reads compound files: it finds what a file holds by the names
// of its streams, and calls the reader of each thing found. Objects embedded in a
// document are handed on as files of their own.
package compound

import (
	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/doctext"
	"github.com/zixpolicy/zixpolicy/message/outlook"
	"github.com/zixpolicy/zixpolicy/message/ppttext"
	"github.com/zixpolicy/zixpolicy/message/xlstext"
)

// Read reads the compound file f.
func Read(f *collect.File) {
	file, err := cfb.Open(f.Content)
	if err != nil {
		f.Defect(collect.DefectCorrupt, "the directory of the compound file cannot be read")
		return
	}
	if file.Damaged {
		f.Defect(collect.DefectCorrupt, "the directory of the compound file is damaged")
	}
	known := false
	for i := range kinds {
		k := &kinds[i]
		if f.Err() == nil && k.is(file.Root) {
			if !known && k.mediaType != "" {
				f.Detected(k.mediaType)
			}
			known = true
			k.read(f, file.Root)
		}
	}
	if !outlook.Is(file.Root) {
		properties(f, file.Root)
		storages(f, file.Root)
	}
	switch {
	case known:
	case picture(file.Root):
		f.Opaque()
	default:
		f.Defect(collect.DefectUnsupported, "a compound file of a program that is not known")
	}
}

// kind is something a compound file may hold. A file may hold several at once;
// each is read, whatever a program would show.
type kind struct {
	mediaType string
	is        func(*cfb.Storage) bool
	read      func(*collect.File, *cfb.Storage)
}

var kinds = [...]kind{
	{"application/vnd.ms-outlook", outlook.Is, outlook.Read},
	{"application/msword", doctext.Is, doctext.Read},
	{"application/vnd.ms-excel", xlstext.Is, xlstext.Read},
	{"application/vnd.ms-powerpoint", ppttext.Is, ppttext.Read},
	{"application/x-ole-encrypted", has("EncryptedPackage"), encrypted},
	{"application/x-ole-encrypted", has("\x09DRMContent"), encrypted},
	{"application/x-ole-object", has(nativeStream), native},
	{"application/x-ole-object", has("Package"), whole("Package")},
	{"application/x-ole-object", contents, whole("CONTENTS")},
	{"application/x-ole-control", has(controlStream), control},
	{"application/vnd.ms-office.vbaproject", macroRoot, func(*collect.File, *cfb.Storage) {}}, // read with the storages
}

// has returns a function that reports whether a storage has a stream.
func has(name string) func(*cfb.Storage) bool {
	return func(s *cfb.Storage) bool { return s.Stream(name) != nil }
}

// encrypted reports an Office document that is stored encrypted ([MS-OFFCRYPTO]).
func encrypted(f *collect.File, _ *cfb.Storage) {
	f.Defect(collect.DefectEncrypted, "an Office document that needs a password or a licence")
}

// read returns the bytes of a stream; what is missing of it is a defect.
func read(f *collect.File, stream *cfb.Stream) []byte {
	data, err := stream.Bytes()
	if err != nil {
		f.Defect(collect.DefectTruncated, "a stream is not whole")
	}
	return data
}
