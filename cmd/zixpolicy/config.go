package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/message"
)

// defaultConfigFile is read where no --config is given, if it exists.
const defaultConfigFile = "/etc/zixpolicy/zixpolicy.toml"

// config is the configuration file. Fields left out have their defaults once it is
// loaded.
type config struct {
	// InternalDomains are the domains whose mailboxes the policy does not apply to.
	InternalDomains []string `toml:"internal_domains"`
	// PolicyDir holds the site's lexicons and policies; relative paths are relative
	// to the configuration file. Empty: only what is built in.
	PolicyDir string `toml:"policy_dir"`
	// Reload is what makes the policy be read anew: "on-signal" (SIGHUP alone), or
	// "on-change" (also when a file of PolicyDir has changed).
	Reload string `toml:"reload"`
	// OCR is the program that prints the text in a picture, and its arguments;
	// "{file}" stands for the picture. Empty: pictures are not looked into.
	OCR []string `toml:"ocr"`

	Milter    milterConfig     `toml:"milter"`
	Limits    limitsConfig     `toml:"limits"`
	TLS       tlsConfig        `toml:"tls"`
	Journal   journalConfig    `toml:"journal"`
	Notify    notifyConfig     `toml:"notify"`
	Held      heldConfig       `toml:"held"`
	Encryptor *encryptorConfig `toml:"encryptor"` // nil: no encryptor here
	Metrics   metricsConfig    `toml:"metrics"`
	Log       logConfig        `toml:"log"`
	Audit     auditConfig      `toml:"audit"`

	// path is where the file was read from; empty if there is none.
	path string
	// internal is InternalDomains compiled; nil if none are configured.
	internal *message.Domains
}

// milterConfig is the section [milter].
type milterConfig struct {
	Listen     address  `toml:"listen"`
	SocketMode fileMode `toml:"socket_mode"` // of a unix socket; the MTA must be able to connect
}

// limitsConfig is the section [limits]: what one message may cost.
type limitsConfig struct {
	Message  size     `toml:"message"`
	Text     size     `toml:"text"`
	Unpacked size     `toml:"unpacked"`
	Ratio    int      `toml:"ratio"`
	Depth    int      `toml:"depth"`
	Parts    int      `toml:"parts"`
	Time     duration `toml:"time"`
}

// encryptorConfig is the section [encryptor].
type encryptorConfig struct {
	Listen     address       `toml:"listen"`
	SocketMode fileMode      `toml:"socket_mode"`
	Backend    string        `toml:"backend"`
	Gateway    gatewayConfig `toml:"gateway"`
}

// gatewayConfig is the section [encryptor.gateway].
type gatewayConfig struct {
	Address      string   `toml:"address"`
	TLS          string   `toml:"tls"`
	CAFile       string   `toml:"ca_file"`
	Username     string   `toml:"username"`
	Password     string   `toml:"password"`
	PasswordFile string   `toml:"password_file"`
	Timeout      duration `toml:"timeout"`
}

// metricsConfig is the section [metrics]. Without it nothing listens.
type metricsConfig struct {
	Listen address `toml:"listen"`
}

// logConfig is the section [log].
type logConfig struct {
	Format    string `toml:"format"`    // text | json
	Addresses bool   `toml:"addresses"` // write senders and recipients into the log
}

// limits returns the configured limits, defaults filled in.
func (c *config) limits() message.Limits {
	l := message.DefaultLimits()
	if c.Limits.Message > 0 {
		l.Message = int64(c.Limits.Message)
	}
	if c.Limits.Text > 0 {
		l.Text = int64(c.Limits.Text)
	}
	if c.Limits.Unpacked > 0 {
		l.Unpacked = int64(c.Limits.Unpacked)
	}
	if c.Limits.Ratio > 0 {
		l.Ratio = int64(c.Limits.Ratio)
	}
	if c.Limits.Depth > 0 {
		l.Depth = c.Limits.Depth
	}
	if c.Limits.Parts > 0 {
		l.Parts = c.Limits.Parts
	}
	if c.Limits.Time > 0 {
		l.Time = c.Limits.Time.Duration()
	}
	return l
}

// loadConfig reads and checks a configuration file. The error is joined of every
// mistake in it.
func loadConfig(path string) (*config, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	c := &config{path: path}
	f, err := tomlfile.Decode(path, data, c)
	if err != nil {
		return nil, err
	}
	c.setDefaults()
	if err := c.validate(f); err != nil {
		return nil, err
	}
	return c, nil
}

// readFile reads a person's file; of one that is too large for tomlfile, enough to
// be refused there.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, tomlfile.MaxSize+1))
}

// findConfig loads the file that --config names. Without the flag it loads the
// default file, or returns the configuration of a host that has none: nobody is
// internal, only the shipped policy applies.
func findConfig(flag string) (*config, error) {
	if flag != "" {
		return loadConfig(flag)
	}
	if _, err := os.Stat(defaultConfigFile); !errors.Is(err, fs.ErrNotExist) {
		return loadConfig(defaultConfigFile)
	}
	c := &config{}
	c.setDefaults()
	return c, nil
}

func (c *config) setDefaults() {
	if c.Milter.Listen == (address{}) {
		c.Milter.Listen = address{"unix", "/run/zixpolicy/milter.sock"}
	}
	if c.Milter.SocketMode == 0 {
		c.Milter.SocketMode = 0o660
	}
	if c.Log.Format == "" {
		c.Log.Format = "text"
	}
	c.PolicyDir = c.beside(c.PolicyDir)
	if c.Held.Record == "" {
		c.Held.Record = defaultHeldRecord
	}
	c.Held.Record = c.beside(c.Held.Record)
	if c.Reload == "" {
		c.Reload = reloadOnSignal
	}
	c.Audit.setDefaults(c)
	if c.Encryptor != nil {
		c.Encryptor.setDefaults()
		c.Encryptor.Gateway.CAFile = c.beside(c.Encryptor.Gateway.CAFile)
		c.Encryptor.Gateway.PasswordFile = c.beside(c.Encryptor.Gateway.PasswordFile)
	}
}

func (e *encryptorConfig) setDefaults() {
	if e.Listen == (address{}) {
		e.Listen = address{"unix", "/run/zixpolicy/encryptor.sock"}
	}
	if e.SocketMode == 0 {
		e.SocketMode = 0o660
	}
	if e.Gateway.TLS == "" {
		e.Gateway.TLS = "required"
	}
}

// beside makes a path in the file relative to the file.
func (c *config) beside(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.path), path)
}
