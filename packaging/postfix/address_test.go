package postfix

import (
	"strings"
	"testing"
)

func TestMilterAddressIsOneThatPostfixReaches(t *testing.T) {
	chroot := []string{"smtpd", "cleanup"}
	for _, c := range []struct {
		listen   string
		chrooted []string
		want     string // an error's text where it starts with "error: "
	}{
		{"unix:/run/zixpolicy/milter.sock", nil, "unix:/run/zixpolicy/milter.sock"},
		{"unix:/run/zixpolicy/milter.sock", chroot, "error: cannot be reached by Postfix's smtpd and cleanup"},
		{"unix:/run/zixpolicy/milter.sock", chroot, `error: listen = "unix:/var/spool/postfix/zixpolicy/milter.sock"`},
		{"unix:/var/spool/postfix/zixpolicy/milter.sock", chroot, "unix:zixpolicy/milter.sock"},
		{"unix:/var/spool/postfix/zixpolicy/milter.sock", nil, "unix:zixpolicy/milter.sock"},
		{"unix:/var/spool/postfix-2/milter.sock", chroot, "error: cannot be reached"},
		{"inet:127.0.0.1:11333", chroot, "inet:127.0.0.1:11333"},
		{"inet::11333", nil, "inet:127.0.0.1:11333"},
		{"inet:0.0.0.0:11333", nil, "inet:127.0.0.1:11333"},
		{"inet:[::]:11333", nil, "inet:[::1]:11333"},
		{"inet:127.0.0.1", nil, "error: names no host and port"},
		{"unix:milter.sock", nil, "error: not an absolute path"},
		{"unix:/a b", nil, "error: white space"},
		{"/run/milter.sock", nil, "error: neither unix:/PATH nor inet:HOST:PORT"},
	} {
		s, err := parseSocket("milter.listen", c.listen)
		got := ""
		if err == nil {
			got, err = milterAddress(s, "/var/spool/postfix", c.chrooted)
		}
		if text, fails := strings.CutPrefix(c.want, "error: "); fails {
			if err == nil || !strings.Contains(err.Error(), text) {
				t.Errorf("%s: error %v, want one with %q", c.listen, err, text)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s (chroot %v): %q, %v; want %q", c.listen, c.chrooted, got, err, c.want)
		}
	}
}

func TestLMTPAddressIsANextHop(t *testing.T) {
	for listen, want := range map[string]string{
		"unix:/run/zixpolicy/encryptor.sock": "unix:/run/zixpolicy/encryptor.sock",
		"inet:127.0.0.1:10024":               "inet:[127.0.0.1]:10024",
		"inet:[::1]:10024":                   "inet:[::1]:10024",
		"inet:localhost:10024":               "inet:localhost:10024",
	} {
		s, err := parseSocket("encryptor.listen", listen)
		if got := lmtpAddress(s); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", listen, got, err, want)
		}
	}
}
