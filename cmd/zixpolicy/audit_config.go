package main

import (
	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// auditConfig is the section [audit]: a record of every verdict.
type auditConfig struct {
	File      string `toml:"file"`      // JSON lines; empty: none
	Log       bool   `toml:"log"`       // the records also go to the log, and so to the journal
	Addresses string `toml:"addresses"` // clear | hashed | none
	KeyFile   string `toml:"key_file"`  // of the keyed hashes
	Required  bool   `toml:"required"`  // a message whose verdict cannot be recorded is answered with 451
}

// enabled reports whether verdicts are recorded.
func (a *auditConfig) enabled() bool { return a.File != "" || a.Log }

func (a *auditConfig) setDefaults(c *config) {
	if a.Addresses == "" {
		a.Addresses = addressesNone
	}
	a.File, a.KeyFile = c.beside(a.File), c.beside(a.KeyFile)
}

func (a *auditConfig) validate(f *tomlfile.File) (errs []error) {
	errs = append(errs, oneOf(f, "audit.addresses", a.Addresses, addressesClear, addressesHashed, addressesNone))
	if !a.enabled() {
		for _, key := range []string{"audit.addresses", "audit.key_file", "audit.required"} {
			if f.Line(key) > 0 {
				return append(errs, f.Errorf(key, "%s is set, but nothing is recorded", key).
					WithRemedy(`file = "/var/log/zixpolicy/audit.jsonl"`))
			}
		}
	}
	if a.Addresses == addressesHashed && a.KeyFile == "" {
		errs = append(errs, f.Errorf("audit.addresses", "hashed addresses need a key").
			WithRemedy("key_file = \"/etc/zixpolicy/audit.key\"   # head -c 32 /dev/urandom | base64 > audit.key; chmod 640"))
	}
	if a.KeyFile != "" {
		if _, err := readAuditKey(a.KeyFile); err != nil {
			errs = append(errs, f.Errorf("audit.key_file", "audit.key_file: %v", err))
		}
	}
	return errs
}

// hasher returns what makes addresses and values unrecognisable.
func (a *auditConfig) hasher() (hasher, error) {
	h := hasher{addresses: a.Addresses}
	if a.KeyFile == "" {
		return h, nil
	}
	var err error
	h.key, err = readAuditKey(a.KeyFile)
	return h, err
}
