package collect

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// run reads one attached file "a" with the given reader, and whatever it holds
// as text.
func run(limits Limits, content []byte, reader func(*File)) Found {
	open := func(f *File) {
		if f.Path == "a" {
			reader(f)
			return
		}
		f.Text(string(f.Content))
	}
	return Run(context.Background(), limits, open, func(root *File) { root.Nested("a", content) })
}

func kinds(found Found) []DefectKind {
	var all []DefectKind
	for _, d := range found.Defects {
		all = append(all, d.Kind)
	}
	return all
}

func TestReaderThatPanicsIsACorruptPiece(t *testing.T) {
	found := run(Limits{}, []byte("x"), func(f *File) {
		f.Text("so far")
		panic("secret of the message")
	})
	if !slices.Equal(kinds(found), []DefectKind{DefectCorrupt}) || found.Defects[0].Part != "a" {
		t.Errorf("defects: %+v", found.Defects)
	}
	if strings.Contains(found.Defects[0].Detail, "secret") {
		t.Errorf("the detail quotes the message: %q", found.Defects[0].Detail)
	}
	if len(found.Parts) != 2 || found.Parts[1].Text != "so far" {
		t.Errorf("parts: %+v", found.Parts)
	}
}

func TestReaderThatReportsNothingIsADefect(t *testing.T) {
	if found := run(Limits{}, []byte("x"), func(*File) {}); !slices.Equal(kinds(found), []DefectKind{DefectUnsupported}) {
		t.Errorf("defects: %+v", found.Defects)
	}
	if found := run(Limits{}, []byte("x"), (*File).Opaque); len(found.Defects) > 0 || !found.Attachments[0].Opaque {
		t.Errorf("opaque file: %+v", found)
	}
}

func TestGuardedReaderThatHangsIsAbandoned(t *testing.T) {
	release := make(chan struct{})
	dropped := make(chan struct{})
	found := run(Limits{Time: 10 * time.Millisecond}, []byte("x"), func(f *File) {
		f.Text("so far")
		f.Guard(func(f *File) {
			<-release
			f.Text("too late")
			close(dropped)
		})
	})
	if !slices.Contains(kinds(found), DefectTimeout) {
		t.Errorf("defects: %+v", found.Defects)
	}
	close(release)
	<-dropped
	for _, p := range found.Parts {
		if p.Text == "too late" {
			t.Error("an abandoned reader still added text")
		}
	}
}

// zeros is a stream that never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestUnpackingIsBounded(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		packed int64
		stream io.Reader
		want   []DefectKind
		handed bool // whether what was unpacked is read
	}{
		{"ordinary", Limits{}, 10, strings.NewReader("text"), nil, true},
		{"bomb", Limits{}, 10, zeros{}, []DefectKind{DefectBomb}, false},
		{"more than the limit", Limits{Unpacked: 1 << 20}, 1 << 20, zeros{}, []DefectKind{DefectTooLarge}, true},
		{"cut off", Limits{}, 10, io.MultiReader(strings.NewReader("text"), failing{io.ErrUnexpectedEOF}), []DefectKind{DefectTruncated}, true},
		{"damaged", Limits{}, 10, failing{errors.New("secret of the message")}, []DefectKind{DefectCorrupt}, false},
		{"endless in time", Limits{Time: time.Millisecond, Unpacked: 1 << 40, Ratio: 1 << 40}, 10, slow{}, []DefectKind{DefectTimeout}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := run(tt.limits, []byte("packed"), func(f *File) {
				f.Text("")
				f.Unpack("b", tt.packed, tt.stream)
			})
			got := slices.Compact(kinds(found))
			if !slices.Equal(got, tt.want) {
				t.Errorf("defects %+v, want %v", found.Defects, tt.want)
			}
			handed := slices.ContainsFunc(found.Attachments[1:], func(a Attachment) bool { return a.Size > 0 })
			if handed != tt.handed {
				t.Errorf("attachments: %+v", found.Attachments)
			}
			for _, d := range found.Defects {
				if strings.Contains(d.Detail, "secret") {
					t.Errorf("the detail quotes the library: %q", d.Detail)
				}
			}
		})
	}
}

// failing is a stream that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// slow is a stream that never ends and gives little.
type slow struct{}

func (slow) Read(p []byte) (int, error) { p[0] = 'x'; return 1, nil }

func TestTextIsCutBetweenCharacters(t *testing.T) {
	found := run(Limits{Text: 4}, []byte("x"), func(f *File) {
		f.Text("aüü", Mark{MarkHidden, 0, 2}, Mark{MarkQuoted, 1, 5}, Mark{MarkSignature, 4, 5})
	})
	got := found.Parts[1]
	if got.Text != "aü" && got.Text != "a" {
		t.Errorf("text %q", got.Text)
	}
	for _, m := range got.Marks {
		if m.End > len(got.Text) || m.Start >= len(got.Text) {
			t.Errorf("mark %+v in %q", m, got.Text)
		}
	}
	if !slices.Equal(kinds(found), []DefectKind{DefectTooLarge}) {
		t.Errorf("defects: %+v", found.Defects)
	}
}

func TestPathsAreUnique(t *testing.T) {
	found := run(Limits{}, []byte("x"), func(f *File) {
		f.Text("1")
		f.Text("2")
		f.Section("s", "3")
		f.Section("s", "4")
		f.Nested("n", []byte("5"))
		f.Nested("n", []byte("6"))
		f.Nested("n~2", []byte("7"))
		f.Nested("../x/\x01\n", []byte("8"))
		f.Nested("", []byte("9"))
	})
	var got []string
	for _, p := range found.Parts {
		if p.Kind != KindName {
			got = append(got, p.Path)
		}
	}
	want := []string{"a", "a~2", "a#s", "a#s~2", "a/n", "a/n~2", "a/n~2~2", "a/.._x_", "a/unnamed"}
	if !slices.Equal(got, want) {
		t.Errorf("paths %q, want %q", got, want)
	}
}

func TestDepthIsBounded(t *testing.T) {
	var open func(*File)
	deepest := 0
	open = func(f *File) {
		deepest = max(deepest, strings.Count(f.Path, "/")+1)
		f.Nested("n", bytes.Clone(f.Content))
	}
	found := Run(context.Background(), Limits{Depth: 7}, open, func(root *File) { root.Nested("n", []byte("x")) })
	if deepest != 8 || !slices.Contains(kinds(found), DefectTooDeep) {
		t.Errorf("%d levels, defects %+v", deepest, found.Defects)
	}
}

func TestLimitsWithDefaults(t *testing.T) {
	got := Limits{Depth: 3}.WithDefaults()
	want := DefaultLimits()
	want.Depth = 3
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
