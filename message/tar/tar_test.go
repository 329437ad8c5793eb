package tar

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

func build(t testing.TB, format tar.Format, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range headers {
		content := h.Uname // stands in for the content
		h.Uname, h.Size, h.Format, h.Mode = "", int64(len(content)), format, 0o600
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readArchive(content []byte) collect.Found {
	return collect.Run(context.Background(), collect.Limits{Time: time.Minute},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) { root.Content = content; Read(root) })
}

// v7 makes an archive one of before 1988, without a signature.
func v7(archive []byte) []byte {
	archive = bytes.Clone(archive)
	clear(archive[257:512])
	sum := 0
	for i, c := range archive[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	copy(archive[148:156], []byte{'0' + byte(sum>>15&7), '0' + byte(sum>>12&7), '0' + byte(sum>>9&7), '0' + byte(sum>>6&7), '0' + byte(sum>>3&7), '0' + byte(sum&7), 0, ' '})
	return archive
}

// sparse returns a GNU archive of one file of a mebibyte of holes for each
// kibibyte asked for, with one word of data.
func sparse(mebibytes int) []byte {
	size := mebibytes << 20
	records := map[string]string{
		"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "holes", "GNU.sparse.realsize": itoa(size),
	}
	body := make([]byte, 1024)
	copy(body, "1\n0\n4\n")
	copy(body[512:], "data")
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	var pax strings.Builder
	for k, v := range records {
		line := " " + k + "=" + v + "\n"
		n := len(line) + 2
		pax.WriteString(itoa(n) + line)
	}
	_ = w.WriteHeader(&tar.Header{Name: "x", Typeflag: tar.TypeReg, Size: int64(pax.Len()), Format: tar.FormatUSTAR})
	_, _ = io.WriteString(w, pax.String())
	_ = w.WriteHeader(&tar.Header{Name: "holes", Typeflag: tar.TypeReg, Size: 516, Format: tar.FormatUSTAR})
	_, _ = w.Write(body[:516])
	_ = w.Close()
	archive := out.Bytes()
	archive[156] = tar.TypeXHeader
	sum := 0
	for i, c := range archive[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	copy(archive[148:156], []byte{'0' + byte(sum>>15&7), '0' + byte(sum>>12&7), '0' + byte(sum>>9&7), '0' + byte(sum>>6&7), '0' + byte(sum>>3&7), '0' + byte(sum&7), 0, ' '})
	return archive
}

func itoa(n int) string {
	var digits []byte
	for ; n > 0; n /= 10 {
		digits = append([]byte{byte('0' + n%10)}, digits...)
	}
	return string(digits)
}

func TestArchivesAreRead(t *testing.T) {
	long := strings.Repeat("folder/", 30) + "a.txt"
	a := tar.Header{Name: "a.txt", Uname: "alpha"}
	for _, tt := range []struct {
		name    string
		archive []byte
		texts   []string
		defects []collect.DefectKind
	}{
		{"ustar", build(t, tar.FormatUSTAR, a), []string{"a.txt", "alpha"}, nil},
		{"pax, a long name and a comment", build(t, tar.FormatPAX, tar.Header{Name: long, Uname: "alpha", PAXRecords: map[string]string{"comment": "a word"}}), []string{long, "alpha", "a word"}, nil},
		{"gnu, a long name", build(t, tar.FormatGNU, tar.Header{Name: long, Uname: "alpha"}), []string{long, "alpha"}, nil},
		{"v7", v7(build(t, tar.FormatUSTAR, a)), []string{"a.txt", "alpha"}, nil},
		{"folders and links", build(t, tar.FormatUSTAR, tar.Header{Name: "patients/", Typeflag: tar.TypeDir}, tar.Header{Name: "b", Linkname: "../c", Typeflag: tar.TypeSymlink}), []string{"patients/\nb ../c"}, nil},
		{"an archive behind another", append(build(t, tar.FormatUSTAR, a), build(t, tar.FormatUSTAR, a)...), []string{"a.txt", "alpha", string(build(t, tar.FormatUSTAR, a))}, nil},
		{"cut off", build(t, tar.FormatUSTAR, a)[:514], []string{"a.txt", "al"}, []collect.DefectKind{collect.DefectTruncated}},
		{"a damaged header", append(build(t, tar.FormatUSTAR, a)[:1024], bytes.Repeat([]byte("x"), 512)...), []string{"a.txt", "alpha"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"nothing in it", build(t, tar.FormatUSTAR), []string{""}, nil},
		{"holes", sparse(1), []string{"holes", "data"}, nil},
		{"holes of a gibibyte", sparse(1000), []string{"holes"}, []collect.DefectKind{collect.DefectBomb}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := readArchive(tt.archive)
			var got []string
			for _, p := range found.Parts {
				got = append(got, strings.TrimRight(p.Text, "\x00"))
			}
			if want := tt.texts; !slices.Equal(got, trimmed(want)) {
				t.Errorf("texts %q, want %q", got, want)
			}
			var kinds []collect.DefectKind
			for _, d := range found.Defects {
				if !slices.Contains(kinds, d.Kind) {
					kinds = append(kinds, d.Kind)
				}
			}
			if !slices.Equal(kinds, tt.defects) {
				t.Errorf("defects %+v, want %v", found.Defects, tt.defects)
			}
		})
	}
}

func trimmed(texts []string) []string {
	var out []string
	for _, s := range texts {
		out = append(out, strings.TrimRight(s, "\x00"))
	}
	return out
}

// FuzzRead holds that no input makes the reader fail, or hand on more than it may.
func FuzzRead(f *testing.F) {
	f.Add(build(f, tar.FormatPAX, tar.Header{Name: strings.Repeat("n", 200), Uname: "alpha"}))
	f.Add(build(f, tar.FormatGNU, tar.Header{Name: strings.Repeat("n", 200), Uname: "alpha"}))
	f.Add(sparse(1))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<16 {
			return
		}
		found := readArchive(content)
		for _, d := range found.Defects {
			if strings.Contains(d.Detail, "reader failed") {
				t.Fatalf("panic on %q", content)
			}
		}
	})
}
