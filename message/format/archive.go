package format

import "bytes"

// archives are the signatures of archives and compressed files beside the common
// ones. Some of them have no reader; then it is said which format that is.
var archives = [...]signature{
	{0, "PK\x07\x08PK\x03\x04", "application/zip"}, // the first volume of several, or the only one
	{0, "PK00PK\x03\x04", "application/zip"},
	{0, "\x1f\x9d", "application/x-compress"},
	{2, "-lh", "application/x-lzh-compressed"},
	{2, "-lz", "application/x-lzh-compressed"},
	{0, "MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"},
	{0, "ISc(", "application/x-installshield"},
	{0, "\x60\xea", "application/x-arj"},
	{7, "**ACE**", "application/x-ace-compressed"},
	{20, "\xdc\xa7\xc4\xfd", "application/x-zoo"},
	{0, "\x04\x22\x4d\x18", "application/x-lz4"},
	{0, "LZIP", "application/x-lzip"},
	{0, "\x89LZO\x00\r\n\x1a\n", "application/x-lzop"},
	{0, "\x5d\x00\x00", "application/x-lzma"},
	{0, "070701", "application/x-cpio"},
	{0, "070702", "application/x-cpio"},
	{0, "070707", "application/x-cpio"},
	{0, "\xc7\x71", "application/x-cpio"},
	{0, "!<arch>\n", "application/x-archive"},
	{0, "\xed\xab\xee\xdb", "application/x-rpm"},
	{0, "xar!", "application/x-xar"},
	{0, "MSWIM\x00\x00\x00", "application/x-ms-wim"},
	{32769, "CD001", "application/x-iso9660-image"},
	{0, "SZDD\x88\xf0\x27\x33", "application/x-ms-compress"},
	{0, "SIT!", "application/x-stuffit"},
	{0, "StuffIt", "application/x-stuffit"},
}

// selfExtracting are the archives that programs carry at their end.
var selfExtracting = [...]signature{
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, "Rar!\x1a\x07", "application/vnd.rar"},
}

// archiveType returns which archive or compressed file content is, or "". None
// of them is without a NUL near its start or a control character first.
func archiveType(content []byte) string {
	if len(content) == 0 || content[0] >= ' ' && bytes.IndexByte(content[:min(len(content), tarBlock)], 0) < 0 {
		return ""
	}
	for i := range archives {
		s := &archives[i]
		if len(content) >= s.offset+len(s.bytes) && string(content[s.offset:s.offset+len(s.bytes)]) == s.bytes {
			return s.mediaType
		}
	}
	if looksTar(content) {
		return "application/x-tar"
	}
	if len(content) >= 8 && content[0]&0xf0 == 0x50 && string(content[1:4]) == "\x2a\x4d\x18" {
		return "application/zstd" // that begins with a frame which is skipped
	}
	if bytes.HasPrefix(content, []byte("MZ")) || bytes.HasPrefix(content, []byte("\x7fELF")) {
		for i := range selfExtracting {
			if bytes.Contains(content, []byte(selfExtracting[i].bytes)) {
				return selfExtracting[i].mediaType
			}
		}
	}
	return ""
}

// The header block of a tar archive, and the field that has its checksum.
const (
	tarBlock       = 512
	tarSum, tarEnd = 148, 156
)

// looksTar reports whether content begins with a block that has the checksum of a
// tar header. Old ones have no other signature.
func looksTar(content []byte) bool {
	if len(content) < tarBlock || content[0] == 0 {
		return false
	}
	want := 0
	for _, c := range bytes.Trim(content[tarSum:tarEnd], " \x00") {
		if c < '0' || c > '7' {
			return false
		}
		want = want<<3 | int(c-'0')
	}
	unsigned, signed := 0, 0 // programs disagree
	for i, c := range content[:tarBlock] {
		if i >= tarSum && i < tarEnd {
			c = ' '
		}
		unsigned += int(c)
		signed += int(int8(c))
	}
	return want > 0 && (want == unsigned || want == signed)
}
