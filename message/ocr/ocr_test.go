package ocr

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// picture returns a black PNG file.
func picture(t testing.TB, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// shell returns a command that runs a shell script over the picture, $1.
func shell(t testing.TB, script string) *Command {
	t.Helper()
	c, err := New([]string{"/bin/sh", "-c", script, "sh", Placeholder})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read reads a picture attached as a.png.
func read(c *Command, content []byte, limits collect.Limits) collect.Found {
	open := func(f *collect.File) {
		f.Opaque()
		f.Guard(c.Read)
	}
	return collect.Run(context.Background(), limits, open, func(root *collect.File) { root.Nested("a.png", content) })
}

func textOf(found collect.Found) string {
	for _, p := range found.Parts {
		if p.Path == "a.png#ocr" {
			return p.Text
		}
	}
	return ""
}

func TestTheProgramsOutputIsTheText(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"plain", "echo MRN 00412287", "MRN 00412287"},
		{"a form feed after each page", `printf 'one\f\r\ntwo\f'`, "one\n\ntwo"},
		{"not UTF-8", `printf 'a\377b'`, "a\ufffdb"},
		{"the picture is there and private", `test -s "$1" && test "$(stat -c %a "$1" .)" = "600
700" && echo private`, "private"},
		{"the environment is not ours", `echo "$SECRET$HOME" | grep -c "^$PWD$"`, "1"},
		{"nothing", "true", ""},
		{"names are not read by a shell", `echo "$#"`, "1"},
	}
	t.Setenv("SECRET", "secret")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := read(shell(t, tt.script), picture(t, 20, 20), collect.Limits{})
			if got := textOf(found); got != tt.want || len(found.Defects) > 0 {
				t.Errorf("text %q, want %q; defects %+v", got, tt.want, found.Defects)
			}
		})
	}
}

func TestFailuresAreDefects(t *testing.T) {
	tests := []struct {
		name, script string
		limits       collect.Limits
		want         collect.DefectKind
	}{
		{"it fails", "echo text; exit 1", collect.Limits{}, collect.DefectUnsupported},
		{"it is killed", "kill -9 $$", collect.Limits{}, collect.DefectUnsupported},
		{"it says too much", "exec yes", collect.Limits{Text: 10_000}, collect.DefectTooLarge},
		{"it hangs", "exec sleep 100", collect.Limits{Time: 300 * time.Millisecond}, collect.DefectTimeout},
		{"what it started hangs", "sleep 100 & wait", collect.Limits{Time: 300 * time.Millisecond}, collect.DefectTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			found := read(shell(t, tt.script), picture(t, 20, 20), tt.limits)
			if len(found.Defects) != 1 || found.Defects[0].Kind != tt.want {
				t.Errorf("defects %+v, want %s", found.Defects, tt.want)
			}
			if textOf(found) != "" {
				t.Errorf("text %q of a program that failed", textOf(found))
			}
		})
	}
}

// run is looked at directly where the test must know that it is over.
func TestNothingIsLeftBehind(t *testing.T) {
	for name, script := range map[string]string{
		"after success": "echo ok",
		"after failure": "touch more; exit 1",
		"after a child": `sleep 1000 & echo $! >"$MARK"; exit 0`,
		"after a stop":  `sleep 1000 & echo $! >"$MARK"; sleep 1000`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			mark := filepath.Join(t.TempDir(), "pid")
			c := shell(t, strings.ReplaceAll(script, "$MARK", mark))
			ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
			defer cancel()
			_, _ = c.run(ctx, []byte("x"), 100)
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left in the temporary directory: %v, %v", left, err)
			}
			pid, err := os.ReadFile(mark)
			if err != nil {
				return // it started nothing
			}
			awaitEnd(t, strings.TrimSpace(string(pid)))
		})
	}
}

// awaitEnd fails the test unless a killed process ends: init reaps it.
func awaitEnd(t *testing.T, pid string) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for time.Now().Before(deadline) {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %s still runs", pid)
}

func TestPicturesWithoutRoomForTextAreNotRead(t *testing.T) {
	found := read(shell(t, "exit 1"), picture(t, 300, 1), collect.Limits{})
	if len(found.Defects) > 0 {
		t.Errorf("defects %+v: the program was run", found.Defects)
	}
}

func TestProgramsWaitForOneAnother(t *testing.T) {
	c := shell(t, "echo x")
	for range cap(c.slots) {
		c.slots <- struct{}{}
	}
	found := read(c, picture(t, 20, 20), collect.Limits{Time: 50 * time.Millisecond})
	if len(found.Defects) != 1 || found.Defects[0].Kind != collect.DefectTimeout {
		t.Errorf("defects %+v, want a timeout", found.Defects)
	}
}

func TestNewRefusesMistakes(t *testing.T) {
	for _, tt := range []struct {
		command []string
		want    string
	}{
		{nil, "no program"},
		{[]string{""}, "no program"},
		{[]string{"sh"}, Placeholder},
		{[]string{"sh", "-c", "x"}, Placeholder},
		{[]string{"no-such-program-here", Placeholder}, "no-such-program-here"},
	} {
		if _, err := New(tt.command); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%q) = %v, want %q in it", tt.command, err, tt.want)
		}
	}
	if _, err := New([]string{"sh", "--in=" + Placeholder}); err != nil {
		t.Errorf("New = %v", err)
	}
}

func TestTesseract(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skipf("the program is not here (make e2e installs it): %v", err)
	}
	c, err := New([]string{"tesseract", Placeholder, "-"})
	if err != nil {
		t.Fatal(err)
	}
	letter, err := os.ReadFile("testdata/letter.png")
	if err != nil {
		t.Fatal(err)
	}
	found := read(c, letter, collect.Limits{})
	if got := textOf(found); !strings.Contains(got, "MRN 00412287") || len(found.Defects) > 0 {
		t.Errorf("text %q, defects %+v", got, found.Defects)
	}
	found = read(c, letter[:len(letter)/4:len(letter)/4], collect.Limits{})
	if len(found.Defects) != 1 || found.Defects[0].Kind != collect.DefectUnsupported {
		t.Errorf("a broken picture: defects %+v", found.Defects)
	}
}
