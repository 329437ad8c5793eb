package postfix

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"
)

// Plan is what has to stand in one Postfix configuration directory, and how it
// differs from what stands there. It changes nothing until Apply.
type Plan struct {
	// Text is the configuration to read: each file's part under its name.
	Text string
	// Notes are what a person should know about this Postfix, one sentence each:
	// ways on which mail would still pass zixpolicy by.
	Notes []string

	files []file // in the order to write them
}

// file is one file of the directory, before and after.
type file struct {
	path          string
	before, after []byte
	existed       bool
}

// Preview returns the plan for a Postfix as it comes, for hosts without one. It
// can be read, not applied.
func Preview(dir string, s Sockets) (*Plan, error) {
	p, _, err := compose(dir, s, pristine())
	return p, err
}

// NewPlan reads the Postfix configuration in dir and plans what the sockets need.
// Nothing that is there is lost: other milters and transport maps stay in their
// lists. It fails with [ErrNotInstalled] where there is no Postfix.
func NewPlan(dir string, s Sockets) (*Plan, error) {
	i, err := open(dir)
	if err != nil {
		return nil, err
	}
	found, err := i.read()
	if err != nil {
		return nil, err
	}
	p, want, err := compose(i.dir, s, found)
	if err != nil {
		return nil, err
	}
	if err := p.stage(i, want); err != nil {
		return nil, err
	}
	p.Notes = found.notes()
	return p, nil
}

// wanted is a rendered configuration, ready for postconf.
type wanted struct {
	main      []parameter
	services  []string   // master.cf entries
	maps      []string   // contents of ownFiles, in their order
	overrides []override // master.cf options to change
}

// compose renders the templates over what was found.
func compose(dir string, s Sockets, found *present) (*Plan, *wanted, error) {
	set, err := found.settings(dir, s)
	if err != nil {
		return nil, nil, err
	}
	main, err := render("main.cf.tmpl", set)
	if err != nil {
		return nil, nil, err
	}
	text := section(filepath.Join(dir, "main.cf"), main)
	w := &wanted{main: parameters(main), overrides: found.mergedOverrides()}
	master, err := render("master.cf.tmpl", set)
	if err != nil {
		return nil, nil, err
	}
	w.services = services(master)
	found.ours = map[string]bool{}
	for _, entry := range w.services {
		found.ours[serviceName(entry)] = true
	}
	text += section(filepath.Join(dir, "master.cf"), master)
	for _, own := range ownFiles() {
		content, err := render(own[1], set)
		if err != nil {
			return nil, nil, err
		}
		w.maps = append(w.maps, content)
		text += section(filepath.Join(dir, own[0]), content)
	}
	return &Plan{Text: text}, w, nil
}

// serviceName is the name by which postconf knows a master.cf entry: "smtp/unix".
func serviceName(entry string) string {
	words := strings.Fields(entry)
	return words[0] + "/" + words[1]
}

// section heads the text of one file with its name.
func section(path, text string) string {
	return "### " + path + "\n\n" + text + "\n"
}

// stage lets postconf make the edits on copies, and keeps both versions.
func (p *Plan) stage(i *instance, w *wanted) error {
	scratch, err := os.MkdirTemp("", "zixpolicy-setup-")
	if err != nil {
		return fmt.Errorf("postfix: %w", err)
	}
	defer os.RemoveAll(scratch)
	for n, own := range ownFiles() {
		path := filepath.Join(i.dir, own[0])
		before, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("postfix: %w", err)
		}
		p.files = append(p.files, file{path: path, before: before, after: []byte(w.maps[n]), existed: err == nil})
	}
	edited := len(p.files)
	for _, name := range []string{"master.cf", "main.cf"} {
		before, err := os.ReadFile(filepath.Join(i.dir, name))
		if err != nil {
			return fmt.Errorf("postfix: %w", err)
		}
		p.files = append(p.files, file{path: filepath.Join(i.dir, name), before: before, after: before, existed: true})
		if err := os.WriteFile(filepath.Join(scratch, name), before, 0o600); err != nil {
			return fmt.Errorf("postfix: %w", err)
		}
	}
	if err := edit(i, &instance{dir: scratch, postconf: i.postconf}, w); err != nil {
		return err
	}
	for n := range p.files[edited:] {
		f := &p.files[edited+n]
		if f.after, err = os.ReadFile(filepath.Join(scratch, filepath.Base(f.path))); err != nil {
			return fmt.Errorf("postfix: %w", err)
		}
	}
	return nil
}

// edit makes the edits in scratch that the values in live call for.
func edit(live, scratch *instance, w *wanted) error {
	for _, entry := range w.services {
		if _, err := scratch.run("-M", "-e", serviceName(entry)+"="+entry); err != nil {
			return err
		}
	}
	if len(w.overrides) > 0 {
		args := []string{"-P", "-e"}
		for _, o := range w.overrides {
			args = append(args, o.service+"/"+o.parameter+"="+o.value)
		}
		if _, err := scratch.run(args...); err != nil {
			return err
		}
	}
	var names []string
	for _, want := range w.main {
		names = append(names, want.name)
	}
	has, err := live.values(names...)
	if err != nil {
		return err
	}
	args := []string{"-e"}
	for _, want := range w.main {
		if value, known := has[want.name]; !known || value != want.value {
			args = append(args, want.name+"="+want.value)
		}
	}
	if len(args) == 1 {
		return nil
	}
	_, err = scratch.run(args...)
	return err
}

// Diff returns the changes that Apply would make, as a unified diff; empty where
// there are none.
func (p *Plan) Diff() string {
	var b bytes.Buffer
	for _, f := range p.files {
		if !bytes.Equal(f.before, f.after) {
			b.Write(diff.Diff(f.path, f.before, f.path+" (new)", f.after))
		}
	}
	return b.String()
}

// Apply writes the changed files and returns the backups it made of those that
// existed, named after the time. Each file is replaced in one step; main.cf comes
// last, so that it never refers to what is not there yet.
func (p *Plan) Apply(now time.Time) (backups []string, err error) {
	for _, f := range p.files {
		if bytes.Equal(f.before, f.after) {
			continue
		}
		if f.existed {
			backup := f.path + ".zixpolicy-" + now.UTC().Format("20060102T150405Z")
			if err := replace(backup, f.path, f.before); err != nil {
				return backups, err
			}
			backups = append(backups, backup)
		}
		if err := replace(f.path, f.path, f.after); err != nil {
			return backups, err
		}
	}
	return backups, nil
}

// replace writes path in one step, with the permissions that like has.
func replace(path, like string, data []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(like); err == nil {
		mode = info.Mode().Perm()
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".zixpolicy-")
	if err != nil {
		return fmt.Errorf("postfix: %w; run it as the owner of Postfix's configuration (root)", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("postfix: %w", err)
	}
	return nil
}
