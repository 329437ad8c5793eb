package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
)

// TestConfigErrors compares every testdata/invalid/NAME.toml, named after its
// fault, with the errors in NAME.err. UPDATE=1 rewrites them.
func TestConfigErrors(t *testing.T) {
	files, _ := filepath.Glob("testdata/invalid/*.toml")
	if len(files) == 0 {
		t.Fatal("no testdata/invalid/*.toml")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := loadConfig(file)
			if err == nil {
				t.Fatal("loaded without error")
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".toml") + ".err"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, readErr := os.ReadFile(golden)
			if readErr != nil {
				t.Fatal(readErr)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			if strings.Contains(got, "hunter2") {
				t.Error("the error shows a password")
			}
		})
	}
}

// writeConfig writes a configuration, and a policy folder beside it.
func writeConfig(t *testing.T, text string) (path string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "policy"), 0o755); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "zixpolicy.toml")
	writeFile(t, path, text)
	return path
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestConfigDefaults(t *testing.T) {
	c, err := loadConfig(writeConfig(t, `internal_domains = ["maine.example"]`))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Milter.Listen.String(); got != "unix:/run/zixpolicy/milter.sock" {
		t.Errorf("milter.listen = %s", got)
	}
	if c.limits() != message.DefaultLimits() {
		t.Errorf("limits = %+v", c.limits())
	}
	if c.Encryptor != nil || c.Metrics.Listen != (address{}) || c.PolicyDir != "" {
		t.Errorf("something is configured that was left out: %+v", c)
	}
	if !c.internal.Contains("alice@maine.example") || c.internal.Contains("bob@ext.example") {
		t.Error("internal domains are wrong")
	}
}

func TestConfigValues(t *testing.T) {
	path := writeConfig(t, `
internal_domains = ["maine.example"]
policy_dir = "policy"
milter = { listen = "inet:127.0.0.1:11332", socket_mode = "0666" }
[limits]
message = "10 MiB"
text = "1GB"
unpacked = "2GB"
ratio = 50
depth = 3
parts = 7
time = "1m30s"
[encryptor]
backend = "gateway"
[encryptor.gateway]
address = "gw.example:25"
username = "zix"
password_file = "policy/password"
timeout = "1d"
[metrics]
listen = "127.0.0.1:9464"
`)
	writeFile(t, filepath.Join(filepath.Dir(path), "policy", "password"), "hunter2\r\n")
	c, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	want := message.DefaultLimits()
	want.Message, want.Text, want.Unpacked, want.Ratio = 10<<20, 1e9, 2e9, 50
	want.Depth, want.Parts, want.Time = 3, 7, 90*time.Second
	if c.limits() != want {
		t.Errorf("limits = %+v, want %+v", c.limits(), want)
	}
	if c.PolicyDir != filepath.Join(filepath.Dir(path), "policy") {
		t.Errorf("policy_dir = %s", c.PolicyDir)
	}
	if c.Milter.Listen != (address{"tcp", "127.0.0.1:11332"}) || c.Milter.SocketMode != 0o666 {
		t.Errorf("milter = %+v", c.Milter)
	}
	if g := c.Encryptor.Gateway; g.TLS != "required" || g.Timeout.Duration() != 24*time.Hour {
		t.Errorf("gateway = %+v", g)
	}
	if p, err := c.Encryptor.Gateway.password(); p != "hunter2" || err != nil {
		t.Errorf("password = %q, %v", p, err)
	}
	if c.Metrics.Listen.String() != "inet:127.0.0.1:9464" {
		t.Errorf("metrics.listen = %s", c.Metrics.Listen)
	}
}

func TestRolesAreTheNamedOnesOrAll(t *testing.T) {
	with, without := &config{Encryptor: &encryptorConfig{}}, &config{}
	for _, c := range []struct {
		config *config
		named  []string
		want   string
	}{
		{with, nil, "encryptor milter"},
		{without, nil, "milter"},
		{with, []string{"milter"}, "milter"},
		{with, []string{"milter", "encryptor", "milter"}, "encryptor milter"},
		{without, []string{"encryptor"}, ""},
	} {
		got, err := c.config.roles(c.named)
		if strings.Join(got, " ") != c.want || (err != nil) != (c.want == "") {
			t.Errorf("roles(%v) = %v, %v, want %s", c.named, got, err, c.want)
		}
	}
}
