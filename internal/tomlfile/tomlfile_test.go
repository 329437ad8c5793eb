package tomlfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// document is a target with every kind of field.
type document struct {
	Name    string         `toml:"name"`
	Count   int            `toml:"count"`
	Port    uint16         `toml:"port"`
	Ratio   float64        `toml:"ratio"`
	On      bool           `toml:"on"`
	Time    time.Duration  `toml:"time"`
	Day     time.Time      `toml:"day"`
	Even    even           `toml:"even"`
	Terms   []string       `toml:"terms"`
	Pair    [2]int         `toml:"pair"`
	Headers map[string]int `toml:"headers"`
	Extra   any            `toml:"extra"`
	Gateway struct {
		Address      string `toml:"address"`
		Password     string `toml:"password"`
		PasswordFile string `toml:"password_file"`
	} `toml:"gateway"`
	Rules []struct {
		When   string `toml:"when"`
		Action string `toml:"action"`
	} `toml:"rule"`
}

// even is text of even length.
type even string

func (e *even) UnmarshalText(text []byte) error {
	if len(text)%2 != 0 {
		return fmt.Errorf("%q has an odd length", text)
	}
	*e = even(text)
	return nil
}

// TestDecodeErrors compares every testdata/invalid/NAME.toml, named after its
// fault, with the errors in NAME.err. UPDATE=1 rewrites them.
func TestDecodeErrors(t *testing.T) {
	files, _ := filepath.Glob("testdata/invalid/*.toml")
	if len(files) == 0 {
		t.Fatal("no testdata/invalid/*.toml")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var d document
			_, err = Decode(filepath.Base(file), data, &d)
			if err == nil {
				t.Fatal("decoded without error")
			}
			golden := strings.TrimSuffix(file, ".toml") + ".err"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, readErr := os.ReadFile(golden)
			if readErr != nil {
				t.Fatal(readErr)
			}
			if got := err.Error() + "\n"; got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestDecodeFillsTheTarget(t *testing.T) {
	var d document
	_, err := Decode("ok.toml", []byte("\ufeff"+`
name = "a"
port = 25
ratio = 1
time = "20s"
even = "four"
headers."X-Tag" = 1
gateway = { address = "gw.example:25" }
[[rule]]
when = 'tag("[encrypt]")'
`), &d)
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "a" || d.Port != 25 || d.Ratio != 1 || d.Time != 20*time.Second || d.Even != "four" ||
		d.Headers["X-Tag"] != 1 || d.Gateway.Address != "gw.example:25" || len(d.Rules) != 1 {
		t.Errorf("decoded %+v", d)
	}
}

func TestDecodeLeavesTheTargetOfABrokenFile(t *testing.T) {
	d := document{Name: "old"}
	if _, err := Decode("x.toml", []byte("name = 'new'\nnmae = 'x'"), &d); err == nil || d.Name != "old" {
		t.Errorf("err %v, name %q", err, d.Name)
	}
}

func TestDecodeBoundsSizeAndDepth(t *testing.T) {
	for name, src := range map[string]string{
		"size":   "# " + strings.Repeat("x", MaxSize),
		"arrays": "extra = " + strings.Repeat("[", 1<<20),
		"tables": "extra = " + strings.Repeat("{a=", 1<<20),
		"keys":   "[extra" + strings.Repeat(".a", 1<<20) + "]",
		"dotted": strings.Repeat("a.", 1<<20) + "a=1",
	} {
		t.Run(name, func(t *testing.T) {
			var d document
			_, err := Decode("x.toml", []byte(src), &d)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want *Error", err)
			}
			if len(err.Error()) > 2000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if !strings.Contains(e.Message, "at most") && !strings.Contains(e.Message, "deeper than") {
				t.Errorf("message %q", e.Message)
			}
		})
	}
}

const places = `# comment = [
name = "déjà" ; # not TOML, replaced below
extra = { "a.b" = [1, { c = 'x' }], d = """
two""" }
terms = [
  "one", # first
	'two',
]
headers."X-Tag" = 7
gateway.address = "gw"

[[rule]]
when = 'lexicon("ssn")'
	action = "en\u0063rypt"
[[ rule ]]
when = '''
tag("x")
  and size > 1'''
[more."q \"t\"".x]
y = 1979-05-27 07:32:00Z
z = 3
`

func TestPlaces(t *testing.T) {
	src := strings.Replace(places, " ; # not TOML, replaced below", "", 1)
	var v map[string]any
	f, err := Decode("p.toml", []byte(src), &v)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		offset int // -1: Errorf
		place  string
	}{
		{"", -1, "0:0"},
		{"nothing", -1, "0:0"},
		{"nothing.below[3]", -1, "0:0"},
		{"not a [path", -1, "0:0"},
		{"name", -1, "2:8"},
		{"name", 3, "2:11"}, // déj|à: columns are characters
		{`extra."a.b"[0]`, -1, "3:20"},
		{`extra."a.b"[1].c`, 0, "3:30"},
		{`extra."a.b"[9]`, -1, "3:19"},
		{"extra.d", 2, "4:3"},
		{"terms", -1, "5:9"},
		{"terms[0]", -1, "6:3"},
		{"terms[1]", -1, "7:2"},
		{`headers."X-Tag"`, -1, "9:19"},
		{"headers.X-Tag", -1, "9:19"},
		{"gateway", -1, "10:1"},
		{"gateway.address", -1, "10:19"},
		{"gateway.tls", -1, "10:1"},
		{"rule", -1, "12:1"},
		{"rule[0]", -1, "12:1"},
		{"rule[0].nothing", -1, "12:1"},
		{"rule[0].when", -1, "13:8"},
		{"rule[0].when", 8, "13:17"},
		{"rule[0].when", 14, "13:23"},
		{"rule[0].when", 15, "13:8"}, // beyond the value
		{"rule[0].action", 2, "14:14"},
		{"rule[0].action", 3, "14:11"}, // behind an escape
		{"rule[1]", -1, "15:1"},
		{"rule[1].when", -1, "16:8"},
		{"rule[1].when", 0, "17:1"},
		{"rule[1].when", 11, "18:3"},
		{"rule[2]", -1, "12:1"},
		{`more."q \"t\"".x`, -1, "19:1"},
		{`more."q \"t\"".x.y`, -1, "20:5"},
		{`more."q \"t\"".x.z`, -1, "21:5"},
	} {
		e := f.Errorf(c.path, "m")
		if c.offset >= 0 {
			e = f.ErrorfAt(c.path, c.offset, "m")
		}
		if got := fmt.Sprintf("%d:%d", e.Line, e.Column); got != c.place {
			t.Errorf("%s at %d: %s, want %s", c.path, c.offset, got, c.place)
		}
	}
	if got := f.Line("rule[1].when"); got != 16 {
		t.Errorf("Line(rule[1].when) = %d, want 16", got)
	}
	if got := f.Line("rule[2]"); got != 0 {
		t.Errorf("Line(rule[2]) = %d, want 0", got)
	}
}

func TestPlacesWithCRLF(t *testing.T) {
	var v map[string]any
	f, err := Decode("p.toml", []byte("a = 1\r\nb = '''\r\nx\r\ny'''\r\nc = 3\r\n"), &v)
	if err != nil {
		t.Fatal(err)
	}
	if e := f.Errorf("c", "m"); e.Line != 5 || e.Column != 5 || e.Source != "c = 3" {
		t.Errorf("c: %+v", e)
	}
	if e := f.ErrorfAt("b", 0, "m"); e.Line != 3 || e.Column != 1 {
		t.Errorf("b: %+v", e)
	}
}
