package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/zixpolicy/zixpolicy/rules"
)

// eventually waits until something is true, or fails.
func (d *testDaemon) eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s; log:\n%s", what, d.log)
		}
	}
}

const rejectLunch = "[[rule]]\nname = 'lunch'\nwhen = 'subject == \"lunch\"'\naction = 'reject'\n"

// TestChangedFilesPutANewPolicyInForce goes through the ways in which people and
// programs change files.
func TestChangedFilesPutANewPolicyInForce(t *testing.T) {
	d := startDaemonWith(t, `reload = "on-change"`)
	dir := filepath.Join(filepath.Dir(d.config), "policy")
	now := func(a rules.Action) func() bool { return func() bool { return d.action(harmless) == a } }

	d.policyFile(t, "lunch.toml", rejectLunch)
	d.eventually(t, "a new file", now(rules.Reject))

	d.policyFile(t, ".lunch.toml.swp", strings.Replace(rejectLunch, "reject", "hold", 1))
	if err := os.Rename(filepath.Join(dir, ".lunch.toml.swp"), filepath.Join(dir, "lunch.toml")); err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "a file moved into place", now(rules.Hold))

	d.policyFile(t, "lunch.toml", "[[rule]\n")
	d.eventually(t, "a broken file is told of", func() bool { return strings.Contains(d.log.String(), "the old one stays in force") })
	if got := d.action(harmless); got != rules.Hold {
		t.Errorf("with a broken file: %v", got)
	}

	if err := os.Mkdir(filepath.Join(dir, "groups"), 0o755); err != nil {
		t.Fatal(err)
	}
	d.policyFile(t, "lunch.toml", "[[rule]]\nname = 'lunch'\nto = ['group:eaters']\naction = 'reject'\n")
	d.policyFile(t, filepath.Join("groups", "eaters.txt"), "nobody@ext.example\n")
	d.eventually(t, "a group that does not have the recipient", now(rules.Deliver))
	d.policyFile(t, filepath.Join("groups", "eaters.txt"), "nobody@ext.example\nbob@ext.example\n")
	d.eventually(t, "a changed group", now(rules.Reject))

	if err := os.Remove(filepath.Join(dir, "lunch.toml")); err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "a removed file", now(rules.Deliver))

	next := t.TempDir()
	writeFile(t, filepath.Join(next, "lunch.toml"), rejectLunch)
	for from, to := range map[string]string{dir: dir + ".old"} {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(next, dir); err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "a directory replaced as a whole", now(rules.Reject))
	d.policyFile(t, "lunch.toml", strings.Replace(rejectLunch, "reject", "hold", 1))
	d.eventually(t, "a file changed in the new directory", now(rules.Hold))
}

func TestConcernsOnlyWhatThePolicyIsReadFrom(t *testing.T) {
	const dir = "/etc/zixpolicy/policy"
	for name, want := range map[string]bool{
		dir: true, dir + "/a.toml": true, dir + "/groups": true, dir + "/groups/x.txt": true,
		dir + "/a.toml~": false, dir + "/.a.toml.swp": false, dir + "/.#a.toml": false, dir + "/x.txt": false,
		dir + "/groups/a.toml": false, "/etc/zixpolicy/zixpolicy.toml": false, "/etc/zixpolicy": false,
	} {
		if got := concerns(fsnotify.Event{Name: name, Op: fsnotify.Write}, dir); got != want {
			t.Errorf("%s: %t", name, got)
		}
		if concerns(fsnotify.Event{Name: name, Op: fsnotify.Chmod}, dir) {
			t.Errorf("%s: a change of mode concerns it", name)
		}
	}
}
