package message

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/cfb"
)

// zipCipher is a zip archive made by Info-ZIP with a password, and pdfAES a PDF file
// that qpdf gave one.
const (
	zipCipher = "UEsDBAoACQAAAMJ4dl063rZKHQAAABEAAAAFABwAcy50eHRVVAkAA9wEA2vcBANrdXgLAAEEAAAAAAQAAAAA5bT++XcCWA76ttL2aXGaQx4jvMwOil9uE7BIgdtQSwcIOt62Sh0AAAARAAAAUEsBAh4DCgAJAAAAwnh2XTretkodAAAAEQAAAAUAGAAAAAAAAQAAAKSBAAAAAHMudHh0VVQFAAPcBANrdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAABAAEASwAAAGwAAAAAAA=="
	pdfAES    = "JVBERi0xLjYKJb/3ov4KMSAwIG9iago8PCAvUGFnZXMgMiAwIFIgL1R5cGUgL0NhdGFsb2cgPj4KZW5kb2JqCjIgMCBvYmoKPDwgL0NvdW50IDEgL0tpZHMgWyAzIDAgUiBdIC9UeXBlIC9QYWdlcyA+PgplbmRvYmoKMyAwIG9iago8PCAvTWVkaWFCb3ggWyAwIDAgOTkgOTkgXSAvUGFyZW50IDIgMCBSIC9UeXBlIC9QYWdlID4+CmVuZG9iago0IDAgb2JqCjw8IC9DRiA8PCAvU3RkQ0YgPDwgL0F1dGhFdmVudCAvRG9jT3BlbiAvQ0ZNIC9BRVNWMiAvTGVuZ3RoIDE2ID4+ID4+IC9GaWx0ZXIgL1N0YW5kYXJkIC9MZW5ndGggMTI4IC9PIDwzZDMzODg1NjZlNmQ1NTgzMzIwYTgxYjMwOGJkMzA3NTM2NDkxNzQ4MWYwNGUxZTg4Mzg0YmVjMGI5YmVhYTNkPiAvUCAtNCAvUiA0IC9TdG1GIC9TdGRDRiAvU3RyRiAvU3RkQ0YgL1UgPDEwNWY1ZDhlNGZlYThmYjFkOTJmNTY5NGZhMGExYmY1MDEyMjQ1NmE5MWJhZTUxMzQyNzNhNmRiMTM0Yzg3YzQ+IC9WIDQgPj4KZW5kb2JqCnhyZWYKMCA1CjAwMDAwMDAwMDAgNjU1MzUgZiAKMDAwMDAwMDAxNSAwMDAwMCBuIAowMDAwMDAwMDY0IDAwMDAwIG4gCjAwMDAwMDAxMjMgMDAwMDAgbiAKMDAwMDAwMDE5NCAwMDAwMCBuIAp0cmFpbGVyIDw8IC9Sb290IDEgMCBSIC9JRCBbPDQyNGExY2NiNjQ3ZmE0NmJjOGI1OWE3ZjA3NjZkZDUyPjw0MjRhMWNjYjY0N2ZhNDZiYzhiNTlhN2YwNzY2ZGQ1Mj5dIC9FbmNyeXB0IDQgMCBSID4+CnN0YXJ0eHJlZgo0OTMKJSVFT0YK"
)

// rarLocked is a RAR 5 archive whose headers are encrypted, too: no more than the
// block that says so can be read of it.
func rarLocked() []byte {
	body := append([]byte{21, 4, 0, 0, 0, 15}, make([]byte, 16)...) // size, type, flags, version, method, cost, salt
	block := append(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)), body...)
	return slices.Concat([]byte("Rar!\x1a\x07\x01\x00"), block, bytes.Repeat([]byte{0xa7}, 64))
}

// sevenLocked is a 7z archive of one file, "a", packed by the coder for AES.
func sevenLocked() []byte {
	header := []byte("\x01\x04\x06\x00\x01\x09\x10\x00\x07\x0b\x01\x00\x01\x24\x06\xf1\x07\x01\x01\x00\x0c\x10\x00\x00\x05\x01\x11\x05\x00a\x00\x00\x00\x00\x00")
	start := binary.LittleEndian.AppendUint64(nil, 16)
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(header))
	out := binary.LittleEndian.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(start))
	return slices.Concat(out, start, bytes.Repeat([]byte{0x5c}, 16), header)
}

// officeLocked is what Word and Excel make of a document that gets a password.
func officeLocked(t *testing.T) []byte {
	t.Helper()
	file, err := cfb.Pack(&cfb.Storage{Streams: []*cfb.Stream{
		cfb.NewStream("EncryptionInfo", []byte("\x04\x00\x04\x00\x40\x00\x00\x00<?xml version=\"1.0\"?><encryption/>")),
		cfb.NewStream("EncryptedPackage", bytes.Repeat([]byte{0x91}, 5000)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// openDocumentLocked is the package that LibreOffice makes with a password.
func openDocumentLocked(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, entry := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.text"},
		{"content.xml", string(bytes.Repeat([]byte{0x91, 3}, 500))},
		{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`},
	} {
		to, err := w.CreateHeader(&zip.FileHeader{Name: entry[0]})
		if err == nil {
			_, err = to.Write([]byte(entry[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decoded(t *testing.T, encoded string) []byte {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestWhatNeedsAPasswordIsEncrypted(t *testing.T) {
	r := newReader(t, ReaderOptions{CacheDir: testCache()})
	tests := []struct {
		name    string
		content []byte
	}{
		{"a.zip", decoded(t, zipCipher)},
		{"a.7z", sevenLocked()},
		{"a.rar", rarLocked()},
		{"a.pdf", decoded(t, pdfAES)},
		{"a.docx", officeLocked(t)},
		{"a.xlsx", officeLocked(t)},
		{"a.odt", openDocumentLocked(t)},
		{"a.p7m", []byte("\x30\x0f\x06\x09*\x86H\x86\xf7\r\x01\x07\x03\xa0\x02\x30\x00")},
		{"a.asc", []byte("-----BEGIN PGP MESSAGE-----\n\njA0ECQMCMhFL4mn4iNz/0k8B16GTLJzjtsaYU+Di8MLi1ERO1WZthr73w7XRn82Q\n-----END PGP MESSAGE-----\n")},
		{"a.tar", tarred(t, "b.zip", decoded(t, zipCipher))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkEncrypted(t, r, tt.name, tt.content) })
	}
}

func TestStoredFilesThatNeedAPasswordAreEncrypted(t *testing.T) {
	for _, file := range []string{
		"att-7z/aes7z.7z", "att-7z/t2.7z", "att-7z/t3.7z", "att-7z/t4.7z", "att-7z/t5.7z",
		"att-zip-encrypted/hello-aes.zip", "att-zip-encrypted/world-aes.zip", "att-zip-encrypted/macbeth-act1.zip",
	} {
		content := readFile(t, filepath.Join(corpusDir(t, filepath.Dir(file)), filepath.Base(file)))
		checkEncrypted(t, nil, filepath.Base(file), content)
	}
}

// checkEncrypted checks that a file is reported as encrypted, and as nothing else.
func checkEncrypted(t *testing.T, r *Reader, name string, content []byte) {
	t.Helper()
	limits := DefaultLimits()
	limits.Time = time.Minute
	m := r.Read(context.Background(), Envelope{}, mailWith(content, name), limits)
	if !hasDefect(m, DefectEncrypted) {
		t.Errorf("%s: defects %+v", name, m.Defects)
	}
	for _, d := range m.Defects {
		if d.Kind != DefectEncrypted {
			t.Errorf("%s: %+v as well", name, d)
		}
	}
	checkComplete(t, m)
}
