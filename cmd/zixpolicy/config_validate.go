package main

import (
	"os"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/encryptor/gateway"
	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/message/ocr"
)

// validate checks what the types of the fields do not say, and returns every
// mistake, each at its place in the file.
func (c *config) validate(f *tomlfile.File) error {
	errs := c.validateInternalDomains(f)
	if c.PolicyDir != "" {
		if info, err := os.Stat(c.PolicyDir); err != nil || !info.IsDir() {
			errs = append(errs, f.Errorf("policy_dir", "policy_dir: %s is not a directory that can be read", c.PolicyDir).
				WithRemedy("create it, or leave policy_dir out to use only what is built in"))
		}
	}
	if len(c.OCR) > 0 {
		if _, err := ocr.New(c.OCR); err != nil {
			errs = append(errs, f.Errorf("ocr", "%v", err).WithRemedy(`ocr = ["tesseract", "{file}", "-"]`))
		}
	}
	errs = append(errs, oneOf(f, "log.format", c.Log.Format, "text", "json"))
	for path, n := range map[string]int{"limits.depth": c.Limits.Depth, "limits.parts": c.Limits.Parts, "limits.ratio": c.Limits.Ratio} {
		if f.Line(path) > 0 && n <= 0 {
			errs = append(errs, f.Errorf(path, "%s must be at least 1", path))
		}
	}
	errs = append(errs, c.TLS.validate(f)...)
	errs = append(errs, c.Journal.validate(f)...)
	errs = append(errs, c.Notify.validate(f, c.InternalDomains)...)
	errs = append(errs, oneOf(f, "reload", c.Reload, reloadOnSignal, reloadOnChange))
	if c.Reload == reloadOnChange && c.PolicyDir == "" {
		errs = append(errs, f.Errorf("reload", "there is no policy directory to watch").
			WithRemedy(`policy_dir = "/etc/zixpolicy/policy"`))
	}
	errs = append(errs, c.Audit.validate(f)...)
	if c.Encryptor != nil {
		errs = append(errs, c.Encryptor.validate(f)...)
	}
	return tomlfile.Join(errs...)
}

// validateInternalDomains also compiles them.
func (c *config) validateInternalDomains(f *tomlfile.File) (errs []error) {
	if len(c.InternalDomains) == 0 {
		return append(errs, f.Errorf("internal_domains", "internal_domains is missing").
			WithRemedy("name the domains whose mail stays inside:\n"+
				`internal_domains = ["example.org", ".example.org"]   # a leading dot: all subdomains`))
	}
	c.internal, errs = domainSet(f, "internal_domains", c.InternalDomains)
	return errs
}

func (e *encryptorConfig) validate(f *tomlfile.File) (errs []error) {
	if e.Backend == "" {
		return append(errs, f.Errorf("encryptor.backend", "encryptor.backend is missing").
			WithRemedy(`backend = "gateway"`))
	}
	if err := oneOf(f, "encryptor.backend", e.Backend, "gateway"); err != nil {
		return append(errs, err)
	}
	return e.Gateway.validate(f)
}

func (g *gatewayConfig) validate(f *tomlfile.File) (errs []error) {
	const section = "encryptor.gateway."
	report := func(key, remedy, format string, args ...any) {
		errs = append(errs, f.Errorf(section+key, format, args...).WithRemedy("%s", remedy))
	}
	if g.Address == "" {
		report("address", `address = "gateway.example:25"`, "encryptor.gateway.address is missing")
	} else if checkHostPort(g.Address) != nil {
		report("address", `address = "gateway.example:25"`, "encryptor.gateway.address: %q is not host:port", g.Address)
	}
	errs = append(errs, oneOf(f, section+"tls", g.TLS,
		string(gateway.TLSRequired), string(gateway.TLSOpportunistic), string(gateway.TLSOff)))
	if g.Password != "" && g.PasswordFile != "" {
		report("password_file", "keep one of them", "password and password_file are both set")
	}
	hasPassword := g.Password != "" || g.PasswordFile != ""
	switch {
	case g.Username != "" && !hasPassword:
		report("username", `password_file = "gateway.password"`, "username is set without a password")
	case g.Username == "" && hasPassword:
		report("password", "", "a password is set without username")
	case g.Username != "" && g.TLS != string(gateway.TLSRequired):
		report("tls", `tls = "required"`, "the password could travel in clear")
	}
	for key, path := range map[string]string{"ca_file": g.CAFile, "password_file": g.PasswordFile} {
		if path == "" {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			report(key, "", "%s: %v", key, err)
		}
	}
	return errs
}

// password returns the gateway's password, wherever it stands.
func (g *gatewayConfig) password() (string, error) {
	if g.PasswordFile == "" {
		return g.Password, nil
	}
	data, err := os.ReadFile(g.PasswordFile)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// oneOf returns an error unless the value at path is one of those allowed.
func oneOf(f *tomlfile.File, path, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	e := f.Errorf(path, "%s: %q is not known; there is %s", path, value, strings.Join(allowed, ", "))
	if near := tomlfile.Nearest(value, allowed); near != "" {
		e = e.WithRemedy("did you mean %q?", near)
	}
	return e
}
