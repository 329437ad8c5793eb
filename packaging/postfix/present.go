package postfix

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// present is what a Postfix configuration says now about everything that zixpolicy
// has to join.
type present struct {
	QueueDir                           string
	SMTPDMilters, NonSMTPDMilters      string
	SMTPDMilterMaps                    string
	DefaultAction                      string
	MailMacros, DataMacros, EndOfData  string
	InternalMailFilterClasses          string
	TransportMaps, HeaderChecks        string
	TLSPolicyMaps, FilterNexthop       string
	TLSCAFile, TLSCAPath               string
	VirtualAliasMaps                   string
	AlwaysBCC, RecipientBCC, SenderBCC string

	chrooted  []string
	overrides []override
	ours      map[string]bool // services (name/type) that setup itself writes
}

// pristine is a Postfix as it comes (the defaults of postconf(5), version 3.7).
func pristine() *present {
	return &present{
		DefaultAction: "tempfail",
		MailMacros:    "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
		DataMacros:    "i",
		EndOfData:     "i",
	}
}

// read asks postconf for all of it.
func (i *instance) read() (*present, error) {
	p := &present{}
	into := map[string]*string{
		"smtpd_milters":                &p.SMTPDMilters,
		"non_smtpd_milters":            &p.NonSMTPDMilters,
		"smtpd_milter_maps":            &p.SMTPDMilterMaps,
		"milter_default_action":        &p.DefaultAction,
		"milter_mail_macros":           &p.MailMacros,
		"milter_data_macros":           &p.DataMacros,
		"milter_end_of_data_macros":    &p.EndOfData,
		"internal_mail_filter_classes": &p.InternalMailFilterClasses,
		"transport_maps":               &p.TransportMaps,
		"smtp_header_checks":           &p.HeaderChecks,
		"default_filter_nexthop":       &p.FilterNexthop,
		"zixpolicy_tls_policy_maps":    &p.TLSPolicyMaps,
		"smtp_tls_CAfile":              &p.TLSCAFile,
		"smtp_tls_CApath":              &p.TLSCAPath,
		"virtual_alias_maps":           &p.VirtualAliasMaps,
		"always_bcc":                   &p.AlwaysBCC,
		"recipient_bcc_maps":           &p.RecipientBCC,
		"sender_bcc_maps":              &p.SenderBCC,
	}
	values, err := i.values(slices.Sorted(maps.Keys(into))...)
	if err != nil {
		return nil, err
	}
	for name, field := range into {
		*field = values[name]
	}
	base, err := i.expanded("queue_directory", "compatibility_level")
	if err != nil {
		return nil, err
	}
	p.QueueDir = base["queue_directory"]
	if p.chrooted, err = i.chrooted(base["compatibility_level"]); err != nil {
		return nil, err
	}
	p.overrides, err = i.overrides("smtpd_milters", "receive_override_options", "smtp_header_checks")
	return p, err
}

// settings are what the templates need, given what is present.
func (p *present) settings(dir string, s Sockets) (settings, error) {
	milter, err := parseSocket("milter.listen", s.Milter)
	if err != nil {
		return settings{}, err
	}
	set := settings{
		SMTPDMilters:              withMilter(p.SMTPDMilters),
		NonSMTPDMilters:           withMilter(p.NonSMTPDMilters),
		DefaultAction:             p.defaultAction(),
		MailMacros:                withElements(p.MailMacros, "i", "{auth_authen}"),
		DataMacros:                withElements(p.DataMacros, "i"),
		EndOfDataMacros:           withElements(p.EndOfData, "i"),
		InternalMailFilterClasses: withElements(p.InternalMailFilterClasses, "bounce"),
		TransportMaps:             withFirst(p.TransportMaps, ownMap(dir, TransportFile)),
		HeaderChecks:              withFirst(p.HeaderChecks, ownMap(dir, HeaderFile)),
		GenericMaps:               ownMap(dir, GenericFile),
		TLSPolicyMaps:             p.TLSPolicyMaps,
	}
	port := s.TLSPort
	if port == 0 {
		port = defaultTLSPort
	}
	set.TLSPort, set.TLSHop = fmt.Sprintf("127.0.0.1:%d", port), fmt.Sprintf("[127.0.0.1]:%d", port)
	if p.TLSCAFile == "" && p.TLSCAPath == "" {
		set.TLSTrust = systemTrust()
	}
	if slices.Contains(splitList(p.NonSMTPDMilters), "$smtpd_milters") {
		set.NonSMTPDMilters = p.NonSMTPDMilters // comes along with the other list
	}
	if set.Milter, err = milterAddress(milter, p.QueueDir, p.chrooted); err != nil {
		return settings{}, err
	}
	if s.Encryptor == "" {
		return set, nil
	}
	encryptor, err := parseSocket("encryptor.listen", s.Encryptor)
	if err != nil {
		return settings{}, err
	}
	set.Encryptor = lmtpAddress(encryptor)
	return set, nil
}

// ownMap refers to one of our maps.
func ownMap(dir, name string) string { return "regexp:" + filepath.Join(dir, name) }

// systemTrust returns the file of CA certificates that this host trusts; empty where
// there is none in the customary places (Debian's, Red Hat's, Alpine's).
func systemTrust() string {
	for _, path := range []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// defaultAction is tempfail, unless other milters live by another choice: it is
// theirs then, and zixpolicy's own stands beside its address anyway.
func (p *present) defaultAction() string {
	for _, m := range append(splitList(p.SMTPDMilters), splitList(p.NonSMTPDMilters)...) {
		if m != milterReference && m != "$smtpd_milters" {
			return p.DefaultAction
		}
	}
	return "tempfail"
}

// mergedOverrides are the services whose own list of milters lacks zixpolicy. An
// empty list is left alone: it is how mail comes back from a content filter.
func (p *present) mergedOverrides() []override {
	var changed []override
	for _, o := range p.overrides {
		if o.parameter != "smtpd_milters" || o.value == "" {
			continue
		}
		milters := splitList(o.value)
		if slices.Contains(milters, milterReference) || slices.Contains(milters, "$smtpd_milters") {
			continue
		}
		o.value = compact(withMilter(o.value))
		changed = append(changed, o)
	}
	return changed
}

// notes tells on which ways mail passes zixpolicy by in this Postfix.
func (p *present) notes() []string {
	var notes []string
	for _, o := range p.overrides {
		switch {
		case p.ours[o.service]:
		case o.parameter == "smtpd_milters" && o.value == "":
			notes = append(notes, fmt.Sprintf("master.cf: service %s has no milters: mail handed in there is not judged.", o.service))
		case o.parameter == "receive_override_options" && strings.Contains(o.value, "no_milters"):
			notes = append(notes, fmt.Sprintf("master.cf: service %s has no_milters: mail handed in there is not judged.", o.service))
		case o.parameter == "smtp_header_checks" && !strings.Contains(o.value, HeaderFile):
			notes = append(notes, fmt.Sprintf("master.cf: service %s has its own smtp_header_checks: what it delivers shows the names of rules.", o.service))
		}
	}
	if p.TLSCAFile == "" && p.TLSCAPath == "" && systemTrust() == "" {
		notes = append(notes, "main.cf: smtp_tls_CAfile is not set and this host has no CA certificates: mail for the TLS lane will wait.")
	}
	for _, q := range []struct{ name, value, says string }{
		{"default_filter_nexthop", p.FilterNexthop, "the TLS lane looks for servers there, and not at the recipient's domain; its mail will wait."},
		{"smtpd_milter_maps", p.SMTPDMilterMaps, "clients it lists are not judged unless it names $zixpolicy_milter."},
		{"virtual_alias_maps", strings.TrimPrefix(p.VirtualAliasMaps, "$virtual_maps"), "a message is judged by the recipients before expansion; no internal address may expand to one outside."},
		{"always_bcc", p.AlwaysBCC, "copies it adds are not judged; it must not name an address outside."},
		{"recipient_bcc_maps", p.RecipientBCC, "copies it adds are not judged; it must not name addresses outside."},
		{"sender_bcc_maps", p.SenderBCC, "copies it adds are not judged; it must not name addresses outside."},
	} {
		if q.value != "" {
			notes = append(notes, fmt.Sprintf("main.cf: %s is set: %s", q.name, q.says))
		}
	}
	return notes
}
