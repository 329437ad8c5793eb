package postfix

import (
	"fmt"
	"maps"
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
	TransportMaps                      string
	VirtualAliasMaps                   string
	AlwaysBCC, RecipientBCC, SenderBCC string

	chrooted  []string
	overrides []override
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
	p.overrides, err = i.overrides("smtpd_milters", "receive_override_options")
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
	set.TransportMaps = withFirst(p.TransportMaps, "regexp:"+filepath.Join(dir, TransportFile))
	return set, nil
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
		case o.parameter == "smtpd_milters" && o.value == "":
			notes = append(notes, fmt.Sprintf("master.cf: service %s has no milters: mail handed in there is not judged.", o.service))
		case o.parameter == "receive_override_options" && strings.Contains(o.value, "no_milters"):
			notes = append(notes, fmt.Sprintf("master.cf: service %s has no_milters: mail handed in there is not judged.", o.service))
		}
	}
	for _, q := range []struct{ name, value, says string }{
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
