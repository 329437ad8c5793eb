package postfix

import (
	"strings"
	"testing"
)

var sockets = Sockets{Milter: "unix:/run/zixpolicy/milter.sock", Encryptor: "unix:/run/zixpolicy/encryptor.sock"}

func TestPreviewSaysEverythingAPlainPostfixNeeds(t *testing.T) {
	p, err := Preview("/etc/postfix", sockets)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"### /etc/postfix/main.cf",
		"zixpolicy_milter = { unix:/run/zixpolicy/milter.sock, default_action=tempfail, protocol=6 }",
		"smtpd_milters = $zixpolicy_milter",
		"non_smtpd_milters = $zixpolicy_milter",
		"milter_default_action = tempfail",
		"milter_protocol = 6",
		"milter_end_of_data_macros = i",
		"internal_mail_filter_classes = bounce",
		"transport_maps = regexp:/etc/postfix/zixpolicy-transport.regexp",
		"smtp_header_checks = regexp:/etc/postfix/zixpolicy-header.regexp",
		"zixpolicy-encrypt_destination_recipient_limit = 100",
		"### /etc/postfix/master.cf",
		"zixpolicy-encrypt unix - - n - - lmtp",
		"### /etc/postfix/zixpolicy-transport.regexp",
		`/\.encrypt(-[0-9]+)?\.zixpolicy\.invalid$/    zixpolicy-encrypt:unix:/run/zixpolicy/encryptor.sock`,
		"zixpolicy-tls unix - - n - - smtp",
		"    -o smtp_tls_security_level=secure",
		"    -o smtp_generic_maps=regexp:/etc/postfix/zixpolicy-generic.regexp",
		"127.0.0.1:10028 inet n - n - - smtpd",
		"    -o content_filter=zixpolicy-tls:",
		`/\.tls\.zixpolicy\.invalid$/    zixpolicy-unroute:[127.0.0.1]:10028`,
		"### /etc/postfix/zixpolicy-generic.regexp",
		`/^(.+)@([^@]+)\.tls\.zixpolicy\.invalid$/    ${1}@${2}`,
		"### /etc/postfix/zixpolicy-header.regexp",
		"/^X-Zixpolicy-/    IGNORE",
	} {
		if !strings.Contains("\n"+p.Text, "\n"+line+"\n") {
			t.Errorf("missing line %q in\n%s", line, p.Text)
		}
	}
	if d := p.Diff(); d != "" {
		t.Errorf("a preview has nothing to change, but:\n%s", d)
	}
}

func TestWithoutAnEncryptorNothingIsRoutedToOne(t *testing.T) {
	p, err := Preview("/etc/postfix", Sockets{Milter: sockets.Milter})
	if err != nil {
		t.Fatal(err)
	}
	for _, absent := range []string{"zixpolicy-encrypt", "lmtp"} {
		if strings.Contains(p.Text, absent) {
			t.Errorf("%q is in\n%s", absent, p.Text)
		}
	}
}

func TestEachServiceIsOneLine(t *testing.T) {
	for _, c := range []struct {
		settings settings
		want     []string
	}{
		{settings{Encryptor: "unix:/e", TLSPort: "127.0.0.1:1"}, []string{"zixpolicy-encrypt unix - - n - - lmtp -o syslog_name=",
			"zixpolicy-unroute unix - - n - - smtp -o syslog_name=", "127.0.0.1:1 inet n - n - - smtpd -o syslog_name=", "zixpolicy-tls unix - - n - - smtp -o syslog_name="}},
		{settings{TLSPort: "127.0.0.1:1"}, []string{"zixpolicy-unroute unix - - n - - smtp -o syslog_name=", "127.0.0.1:1 inet n - n - - smtpd -o syslog_name=", "zixpolicy-tls unix - - n - - smtp -o syslog_name="}},
	} {
		text, err := render("master.cf.tmpl", c.settings)
		if err != nil {
			t.Fatal(err)
		}
		got := services(text)
		if len(got) != len(c.want) {
			t.Fatalf("services = %q", got)
		}
		for i, line := range got {
			if strings.ContainsAny(line, "#\n") || !strings.HasPrefix(line, c.want[i]) {
				t.Errorf("service = %q, want it to begin with %q", line, c.want[i])
			}
		}
	}
}

func TestOtherMiltersKeepTheirDefaultAction(t *testing.T) {
	for _, c := range []struct{ milters, action, want string }{
		{"", "accept", "tempfail"},
		{"$zixpolicy_milter", "accept", "tempfail"},
		{"inet:localhost:8891", "accept", "accept"},
		{"inet:localhost:8891, $zixpolicy_milter", "accept", "accept"},
	} {
		p := &present{SMTPDMilters: c.milters, NonSMTPDMilters: "$smtpd_milters", DefaultAction: c.action}
		if got := p.defaultAction(); got != c.want {
			t.Errorf("%q with %s: %s, want %s", c.milters, c.action, got, c.want)
		}
	}
}

func TestOwnListsOfServicesAreJoinedAndEmptyOnesNoted(t *testing.T) {
	p := &present{overrides: []override{
		{"submission/inet", "smtpd_milters", "{ inet:localhost:8891, default_action=accept }"},
		{"smtps/inet", "smtpd_milters", "$smtpd_milters inet:localhost:1"},
		{"127.0.0.1:10025/inet", "smtpd_milters", ""},
		{"127.0.0.1:10026/inet", "receive_override_options", "no_header_body_checks,no_milters"},
	}}
	merged := p.mergedOverrides()
	if len(merged) != 1 || merged[0].value != "$zixpolicy_milter,{inet:localhost:8891,default_action=accept}" {
		t.Errorf("merged: %q", merged)
	}
	notes := strings.Join(p.notes(), "\n")
	for _, want := range []string{"127.0.0.1:10025/inet has no milters", "127.0.0.1:10026/inet has no_milters"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in\n%s", want, notes)
		}
	}
}
