// Package ocr reads the text in pictures with a program that the site configures,
// such as tesseract.
//
// The program is run for one picture at a time, without a shell, in a directory of
// its own that only this user can enter and that is removed afterwards whatever
// happens. It gets no environment but what it needs, its processes are one group
// that is killed when the time of the message is over, and it may neither write
// large files nor dump its memory.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Placeholder stands in a command for the path of the picture.
const Placeholder = "{file}"

// Command is a configured OCR program. It is safe for concurrent use.
type Command struct {
	path  string
	args  []string
	slots chan struct{} // one for each running program
}

// New returns the command, of which one argument at least contains {file}. What
// it prints to standard output is the text. The program is looked up now, so that
// a wrong name is a mistake of the configuration and not of a message.
func New(command []string) (*Command, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("ocr: no program is named")
	}
	if !slices.ContainsFunc(command[1:], func(arg string) bool { return strings.Contains(arg, Placeholder) }) {
		return nil, fmt.Errorf("ocr: no argument is %q, the picture to read", Placeholder)
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	return &Command{path: path, args: command[1:], slots: make(chan struct{}, runtime.GOMAXPROCS(0))}, nil
}

// Read adds the text in the picture f at path#ocr.
func (c *Command) Read(f *collect.File) {
	if tooSmall(f.Content) {
		return
	}
	if text, ok := c.Text(f, f.Content); ok && text != "" {
		f.Section("ocr", text)
	}
}

// Text returns the text in a picture that belongs to f. If it is false, why is
// recorded as a defect of f.
func (c *Command) Text(f *collect.File, picture []byte) (text string, ok bool) {
	out, err := c.run(f.Context(), picture, f.TextLeft())
	switch {
	case err == nil:
		return clean(out), true
	case f.Err() != nil: // recorded
	case errors.Is(err, errTooLong):
		f.Defect(collect.DefectTooLarge, "OCR gave more text than the limit")
	default:
		f.Defect(collect.DefectUnsupported, "OCR failed")
	}
	return "", false
}

// clean makes the program's output text.
func clean(out []byte) string {
	out = bytes.ToValidUTF8(out, []byte(string(utf8.RuneError)))
	text := strings.NewReplacer("\r\n", "\n", "\f", "\n", "\x00", "").Replace(string(out))
	return strings.TrimSpace(text)
}

// acquire waits until fewer programs run than there are processors.
func (c *Command) acquire(ctx context.Context) error {
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
