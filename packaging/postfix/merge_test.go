package postfix

import (
	"slices"
	"testing"
)

func TestSplitListKeepsBracesTogether(t *testing.T) {
	for _, c := range []struct {
		list string
		want []string
	}{
		{"", nil},
		{"inet:a:1", []string{"inet:a:1"}},
		{" inet:a:1,unix:b\n\tunix:c ", []string{"inet:a:1", "unix:b", "unix:c"}},
		{"{ inet:a:1, default_action=accept }, unix:b", []string{"{ inet:a:1, default_action=accept }", "unix:b"}},
		{"inline:{ {a = b c}, d=e } hash:/x", []string{"inline:{ {a = b c}, d=e }", "hash:/x"}},
	} {
		if got := splitList(c.list); !slices.Equal(got, c.want) {
			t.Errorf("splitList(%q) = %q, want %q", c.list, got, c.want)
		}
	}
}

func TestMilterJoinsTheList(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"empty list", "", "$zixpolicy_milter"},
		{"behind others", "inet:127.0.0.1:7357, unix:clamav/milter.sock", "inet:127.0.0.1:7357, unix:clamav/milter.sock, $zixpolicy_milter"},
		{"before a signer by name", "unix:clamav.sock, local:opendkim/opendkim.sock", "unix:clamav.sock, $zixpolicy_milter, local:opendkim/opendkim.sock"},
		{"before a signer by port", "inet:localhost:8891", "$zixpolicy_milter, inet:localhost:8891"},
		{"before a signer in braces", "{ inet:localhost:8891, default_action=accept }", "$zixpolicy_milter, { inet:localhost:8891, default_action=accept }"},
		{"already there", "unix:a,$zixpolicy_milter", "unix:a,$zixpolicy_milter"},
	} {
		if got := withMilter(c.list); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestListsGainOnlyWhatTheyLack(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{withElements("i {auth_authen}", "i", "{auth_authen}"), "i {auth_authen}"},
		{withElements("{mail_addr}", "i", "{auth_authen}"), "{mail_addr} i {auth_authen}"},
		{withElements("", "bounce"), "bounce"},
		{withElements("notify,bounce", "bounce"), "notify,bounce"},
		{withFirst("", "regexp:/z"), "regexp:/z"},
		{withFirst("hash:/a, regexp:/b", "regexp:/z"), "regexp:/z, hash:/a, regexp:/b"},
		{withFirst("regexp:/z hash:/a", "regexp:/z"), "regexp:/z hash:/a"},
		{withFirst("hash:/a regexp:/z", "regexp:/z"), "regexp:/z, hash:/a"},
		{compact("{ inet:a:1, default_action=accept }, $zixpolicy_milter"), "{inet:a:1,default_action=accept},$zixpolicy_milter"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
