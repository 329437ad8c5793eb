package milter

import (
	"fmt"
	"slices"

	"github.com/zixpolicy/zixpolicy/rules"
)

// What a rule asks for beside its action differs from recipient to recipient, but
// the MTA keeps one message for all of them. So what only the encryptor has to know
// is written into the message as numbered sets of instructions,
//
//	X-Zixpolicy-1-Rule: hipaa
//	X-Zixpolicy-1-Expire: 504h0m0s
//
// and the number of a recipient's set into its routing address: the one place that
// the other recipients do not see. The encryptor carries them out for each set.

// instruction is one of them: a field's name behind the number, and its value.
type instruction struct{ name, value string }

// instructionSets numbers the different instructions of one message.
type instructionSets struct {
	verdict  *rules.Verdict
	subjects []string   // of the message as it came, raw
	wide     []string   // tags that are removed for everybody
	sets     [][]string // rendered instructions; set n is at n-1
	fields   []instruction
}

// number returns the number of the recipient's set; 0 where there is nothing to say
// that the fields of the whole message do not say.
func (s *instructionSets) number(d rules.Decision) int {
	list := s.instructions(d)
	if len(list) == 1 && d.Rule == s.verdict.Rule {
		return 0
	}
	key := make([]string, 0, len(list))
	for _, i := range list {
		key = append(key, i.name+": "+i.value)
	}
	for n, have := range s.sets {
		if slices.Equal(have, key) {
			return n + 1
		}
	}
	s.sets = append(s.sets, key)
	for _, i := range list {
		s.fields = append(s.fields, instruction{fmt.Sprintf("X-Zixpolicy-%d-%s", len(s.sets), i.name), i.value})
	}
	return len(s.sets)
}

// instructions are what the encryptor is told for one recipient.
func (s *instructionSets) instructions(d rules.Decision) []instruction {
	list := []instruction{{"Rule", d.Rule}}
	m := modifiersOf(d)
	add := func(name, value string, wanted bool) {
		if wanted {
			list = append(list, instruction{name, value})
		}
	}
	add("Delivery", m.Delivery, m.Delivery != "")
	add("Expire", m.Expire.String(), m.Expire > 0)
	add("Receipt", "yes", m.Receipt)
	add("Mask-Subject", "yes", m.MaskSubject)
	if len(m.StripTags) > 0 {
		tags := append(slices.Clone(s.wide), m.StripTags...)
		stripped, changed := stripSubjects(s.subjects, tags)
		for _, subject := range stripped {
			add("Subject", subject, changed)
		}
	}
	for _, h := range m.AddHeader {
		add("Add", h.Name+": "+h.Value, true)
	}
	return list
}

// modifiersOf returns what is asked for a recipient: by the rule that decided and,
// where that one holds the message, by the rule that decides on its release.
func modifiersOf(d rules.Decision) rules.Modifiers {
	if d.Action != rules.Hold {
		return d.Modifiers
	}
	m := d.OnRelease
	m.StripTags = append(slices.Clone(d.StripTags), m.StripTags...)
	m.AddHeader = append(slices.Clone(d.AddHeader), m.AddHeader...)
	return m
}

// wide is what is asked for by the recipients who get the message as the MTA has it:
// it can only be done for all.
type wide struct {
	tags   []string
	fields []rules.HeaderField
}

// wideOf collects it over the recipients outside that are not routed to the encryptor.
func wideOf(v *rules.Verdict) wide {
	var w wide
	for _, d := range v.Recipients {
		if lane := laneOf(d); d.Internal || lane != rules.Deliver && lane != rules.TLS {
			continue
		}
		m := modifiersOf(d)
		for _, tag := range m.StripTags {
			w.tags = appendNew(w.tags, tag)
		}
		for _, h := range m.AddHeader {
			if !slices.Contains(w.fields, h) {
				w.fields = append(w.fields, h)
			}
		}
	}
	return w
}

// journals are the addresses that get a copy, each once and without those that get
// the message anyway. One outside gets it over enforced TLS: a copy must not leave in
// clear.
func journals(p policy, v *rules.Verdict) ([]string, error) {
	var list []string
	have := map[string]bool{}
	for _, d := range v.Recipients {
		if key, err := mailboxKey(d.Recipient); err == nil && laneOf(d) == rules.Deliver {
			have[key] = true
		}
	}
	for _, d := range v.Recipients {
		for _, address := range []string{d.BCC, d.OnRelease.BCC} {
			if address == "" {
				continue
			}
			key, err := mailboxKey(address)
			if err != nil {
				return nil, err
			}
			if have[key] && !p.External(address) {
				continue
			}
			have[key] = true
			if p.External(address) {
				if address, err = journalRoute.Encode(address); err != nil {
					return nil, err
				}
			}
			list = appendNew(list, address)
		}
	}
	return list, nil
}
