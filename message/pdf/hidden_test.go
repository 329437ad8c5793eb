package pdf

import (
	"slices"
	"strings"
	"testing"
)

func TestHiddenTextIsMarked(t *testing.T) {
	seen, secret := show(50, 700, "seen"), show(50, 650, "mrn 00412287")
	rectangle := "40 640 300 40 re f\n"
	tests := []struct {
		name, content string
		hidden        []string
	}{
		{"nothing", seen + secret, nil},
		{"invisible", seen + "3 Tr\n" + secret, []string{"mrn 00412287"}},
		{"clipping only", seen + "7 Tr\n" + secret, []string{"mrn 00412287"}},
		{"outlined", seen + "1 Tr\n" + secret, nil},
		{"white", seen + "1 1 1 rg\n" + secret, []string{"mrn 00412287"}},
		{"white on black", "0 g " + rectangle + seen + "1 1 1 rg\n" + secret, nil},
		{"white on white", "1 g " + rectangle + "0 g " + seen + "1 1 1 rg\n" + secret, []string{"mrn 00412287"}},
		{"black then painted over is not noticed", seen + secret + "1 g " + rectangle, nil},
		{"beside the page", seen + show(700, 650, "mrn 00412287"), []string{"mrn 00412287"}},
		{"tiny", seen + strings.Replace(secret, "/F 12", "/F 0.4", 1), []string{"mrn 00412287"}},
		{"tiny by its matrix", seen + strings.Replace(secret, "1 0 0 1", "0.01 0 0 0.01", 1), []string{"mrn 00412287"}},
		{"small print", seen + strings.Replace(secret, "/F 12", "/F 4", 1), nil},
		{"two stretches", "3 Tr " + show(50, 700, "one") + "0 Tr " + show(50, 680, "two") + "3 Tr " + show(50, 660, "three"), []string{"one", "three"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := read(t, spec{content: tt.content}.bytes())
			noDefects(t, found)
			if got := hiddenText(found); !slices.Equal(got, tt.hidden) {
				t.Errorf("hidden %q, want %q, in %q", got, tt.hidden, part(found, "a.pdf"))
			}
		})
	}
}

func TestPagesThatArePicturesAreOpaque(t *testing.T) {
	image := []string{stream("/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8", "\x00\xff\xff\x00")}
	resources := "/XObject << /I 6 0 R >>"
	full, logo := "q 600 0 0 800 0 0 cm /I Do Q\n", "q 60 0 0 60 0 0 cm /I Do Q\n"
	tests := []struct {
		name, content string
		opaque        bool
	}{
		{"text", show(50, 700, "text"), false},
		{"text beside a logo", show(50, 700, "text") + logo, false},
		{"a scan", full, true},
		{"a scan with invisible text", full + "3 Tr " + show(50, 700, "text"), true},
		{"a scan with a stamp", full + show(50, 700, "received"), true},
		{"a small picture alone", logo, true},
		{"outlines alone", "40 640 300 40 re f\n", true},
		{"an empty page", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := read(t, spec{content: tt.content, resources: resources, more: image}.bytes())
			noDefects(t, found)
			if got := found.Attachments[0].Opaque; got != tt.opaque {
				t.Errorf("opaque %v, want %v", got, tt.opaque)
			}
		})
	}
}
