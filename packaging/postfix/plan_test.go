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
		"zixpolicy-encrypt_destination_recipient_limit = 100",
		"### /etc/postfix/master.cf",
		"zixpolicy-encrypt unix - - n - - lmtp",
		"### /etc/postfix/zixpolicy-transport.regexp",
		`/\.encrypt\.zixpolicy\.invalid$/    zixpolicy-encrypt:unix:/run/zixpolicy/encryptor.sock`,
	} {
		if !strings.Contains("\n"+p.Text, "\n"+line+"\n") {
			t.Errorf("missing line %q in\n%s", line, p.Text)
		}
	}
	if d := p.Diff(); d != "" {
		t.Errorf("a preview has nothing to change, but:\n%s", d)
	}
}

func TestWithoutAnEncryptorNothingIsRouted(t *testing.T) {
	p, err := Preview("/etc/postfix", Sockets{Milter: sockets.Milter})
	if err != nil {
		t.Fatal(err)
	}
	for _, absent := range []string{"transport", "zixpolicy-encrypt", "master.cf"} {
		if strings.Contains(p.Text, absent) {
			t.Errorf("%q is in\n%s", absent, p.Text)
		}
	}
}

func TestServiceIsOneLine(t *testing.T) {
	text, err := render("master.cf.tmpl", settings{})
	if err != nil {
		t.Fatal(err)
	}
	line := service(text)
	if strings.Contains(line, "#") || !strings.HasPrefix(line, "zixpolicy-encrypt unix - - n - - lmtp -o syslog_name=") {
		t.Errorf("service = %q", line)
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
