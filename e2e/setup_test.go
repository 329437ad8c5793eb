//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// setupSite is a site whose Postfix is configured but not running: setup reads and
// writes files only.
func setupSite(t *testing.T) *Site {
	t.Helper()
	s := &Site{Dir: siteDir(t), binary: binary}
	if err := os.Mkdir(filepath.Join(s.Dir, "policy"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, s.Config(), siteConfigFor(s.Dir, "127.0.0.1:25", "milter", "10028", "127.0.0.1:25"))
	sink := &Sink{Addr: "127.0.0.1:25"}
	s.Postfix = NewPostfix(t, filepath.Join(s.Dir, "postfix"), sink, sink)
	return s
}

// postconf returns a parameter as Postfix sees it.
func postconf(t *testing.T, s *Site, args ...string) string {
	t.Helper()
	out, err := exec.Command("/usr/sbin/postconf", append([]string{"-c", s.Postfix.ConfigDir()}, args...)...).Output()
	if err != nil {
		t.Fatalf("postconf %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// files are the contents of the configuration directory by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[e.Name()] = string(data)
	}
	return found
}

func TestSetupPostfix(t *testing.T) {
	runCase(t, "printing changes nothing", func(t *testing.T) {
		s := setupSite(t)
		before := files(t, s.Postfix.ConfigDir())
		text := s.Setup(t)
		for _, want := range []string{"milter.sock", "zixpolicy-encrypt unix - - n - - lmtp", "encrypt(-[0-9]+)?\\.zixpolicy\\.invalid", "zixpolicy-tls unix - - n - - smtp"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
		if after := files(t, s.Postfix.ConfigDir()); len(after) != len(before) || after["main.cf"] != before["main.cf"] || after["master.cf"] != before["master.cf"] {
			t.Errorf("files have changed: %v", after)
		}
	})
	runCase(t, "applying twice", func(t *testing.T) {
		s := setupSite(t)
		before := files(t, s.Postfix.ConfigDir())
		first := s.Setup(t, "--apply")
		once := files(t, s.Postfix.ConfigDir())
		second := s.Setup(t, "--apply")
		twice := files(t, s.Postfix.ConfigDir())
		if !strings.Contains(first, "+smtpd_milters = $zixpolicy_milter") || !strings.Contains(second, "needs no change") {
			t.Errorf("first:\n%s\nsecond:\n%s", first, second)
		}
		backups := 0
		for name, text := range once {
			if twice[name] != text {
				t.Errorf("%s has changed the second time", name)
			}
			if original, _, isBackup := strings.Cut(name, ".zixpolicy-"); isBackup {
				backups++
				if text != before[original] {
					t.Errorf("%s is not what %s was", name, original)
				}
			}
		}
		if len(once) != len(twice) || backups != 2 {
			t.Errorf("%d files, then %d; %d backups, want 2", len(once), len(twice), backups)
		}
	})
	runCase(t, "what is there stays", func(t *testing.T) {
		s := setupSite(t)
		edit := func(args ...string) { postconf(t, s, args...) }
		edit("-e", "smtpd_milters={ inet:localhost:8891, default_action=accept }", "non_smtpd_milters=$smtpd_milters",
			"milter_default_action=accept", "transport_maps=hash:/etc/postfix/transport, regexp:/etc/postfix/all",
			"milter_end_of_data_macros={mail_addr}", "parent_domain_matches_subdomains=transport_maps")
		edit("-M", "-e", "submission/inet=submission inet n - n - - smtpd")
		edit("-P", "-e", "submission/inet/smtpd_milters=inet:localhost:8892")
		edit("-M", "-e", "10025/inet=10025 inet n - n - - smtpd")
		edit("-P", "-e", "10025/inet/smtpd_milters=")
		out := s.Setup(t, "--apply")
		for name, want := range map[string]string{
			"smtpd_milters":             "$zixpolicy_milter, { inet:localhost:8891, default_action=accept }",
			"non_smtpd_milters":         "$smtpd_milters",
			"milter_default_action":     "accept",
			"milter_end_of_data_macros": "{mail_addr} i",
			"transport_maps":            "regexp:" + s.Postfix.ConfigDir() + "/zixpolicy-transport.regexp, hash:/etc/postfix/transport, regexp:/etc/postfix/all",
		} {
			if got := postconf(t, s, "-h", name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		if got := postconf(t, s, "-P", "submission/inet/smtpd_milters"); !strings.HasSuffix(got, "= $zixpolicy_milter,inet:localhost:8892") {
			t.Errorf("submission: %q", got)
		}
		if !strings.Contains(postconf(t, s, "-h", "zixpolicy_milter"), "default_action=tempfail") {
			t.Error("zixpolicy's own milter does not fail closed")
		}
		if !strings.Contains(out, "service 10025/inet has no milters") {
			t.Errorf("no note about the port without milters in\n%s", out)
		}
		if again := s.Setup(t, "--apply"); !strings.Contains(again, "needs no change") {
			t.Errorf("not idempotent:\n%s", again)
		}
	})
	runCase(t, "a socket moves", func(t *testing.T) {
		s := setupSite(t)
		s.Setup(t, "--apply")
		data, err := os.ReadFile(s.Config())
		if err != nil {
			t.Fatal(err)
		}
		write(t, s.Config(), strings.Replace(string(data), "/run/milter.sock", "/run/moved.sock", 1))
		s.Setup(t, "--apply")
		if got := postconf(t, s, "-x", "-h", "smtpd_milters"); strings.Count(got, ".sock") != 1 || !strings.Contains(got, "moved.sock") {
			t.Errorf("smtpd_milters = %q, want the new socket alone", got)
		}
	})
	runCase(t, "a chroot that hides the socket", func(t *testing.T) {
		s := setupSite(t)
		postconf(t, s, "-F", "-e", "cleanup/unix/chroot=y")
		before := files(t, s.Postfix.ConfigDir())
		cmd := exec.Command(binary, "setup", "postfix", "--config", s.Config(), "--config-dir", s.Postfix.ConfigDir(), "--apply")
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), `listen = "unix:`+s.Dir+`/postfix/queue/zixpolicy/milter.sock"`) {
			t.Errorf("%v, no remedy in:\n%s", err, out)
		}
		if after := files(t, s.Postfix.ConfigDir()); len(after) != len(before) {
			t.Error("it has written in spite of the error")
		}
	})
}
