package demo

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/rules"
)

// hostile is text that must never reach a browser as markup.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\u202e\x1b[31m"

// fakeEntry is a message with hostile text wherever a sender can put some.
func fakeEntry(id string) *Entry {
	raw := []byte("Subject: " + hostile + "\r\nX-Evil: " + hostile + "\r\n\r\n" + hostile + "\xff\r\n")
	return &Entry{
		ID: id, Time: time.Now(), Sender: hostile, Recipients: []string{hostile}, Subject: hostile, Raw: raw,
		Reply: "250 2.0.0 OK", Changes: []string{hostile},
		Deliveries: []Delivery{{Recipient: hostile, Address: hostile + "x", Lane: LaneEncrypted, Detail: hostile, Raw: raw}},
		Report: &rules.Report{
			Matched:  []string{"ssn"},
			Lexicons: map[string]rules.ReportLexicon{"ssn": {Score: 1, Count: 1, Distinct: 1, Matched: true}},
			Hits:     []rules.ReportHit{{Lexicon: "ssn", Entry: "ssn", Part: hostile, Masked: hostile, Why: hostile}},
			Parts:    []rules.ReportPart{{Part: hostile}},
			Defects:  []rules.ReportDefect{{Part: hostile, Kind: "corrupt", Detail: hostile}},
		},
		Explanation: &rules.Explanation{Rules: []rules.RuleExplanation{{
			Name: "ssn", Action: "encrypt", Holds: true, Because: hostile, Skipped: hostile,
			When: &rules.ClauseExplanation{Text: hostile, Holds: true, Facts: []string{hostile}},
		}}},
	}
}

func TestPageEscapesHostileMail(t *testing.T) {
	d := startDemo(t)
	d.Mailbox.Add(fakeEntry("EVIL"))
	// The number of places tells that the text was escaped, not left out.
	for path, least := range map[string]int{"": 3, "messages/EVIL": 20, "write?like=EVIL": 4} {
		resp, body := get(t, d.URL()+path)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("/%s: %s", path, resp.Status)
		}
		for _, bad := range []string{"<script", "<img", "onerror=alert(2)>", "\x1b", "\xff"} {
			if strings.Contains(body, bad) {
				t.Errorf("/%s contains %q", path, bad)
			}
		}
		if got := strings.Count(body, "&lt;script&gt;"); got < least {
			t.Errorf("/%s shows the text %d times, want %d at least", path, got, least)
		}
		// A form field holds what the person gets back; everywhere else text
		// cannot be turned around.
		if !strings.HasPrefix(path, "write") && strings.Contains(body, "\u202e") {
			t.Errorf("/%s contains a bidirectional override", path)
		}
	}
}

func TestPageForbidsScriptAndFraming(t *testing.T) {
	d := startDemo(t)
	for _, path := range []string{"", "write", "style.css", "messages/NOSUCH"} {
		resp, _ := get(t, d.URL()+path)
		csp := resp.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("/%s: no %q in %q", path, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
			t.Errorf("/%s: %q", path, csp)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("/%s may be sniffed", path)
		}
	}
	if resp, _ := get(t, d.URL()+"messages/NOSUCH"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown message: %s", resp.Status)
	}
}

// TestPageRefusesForeignRequests: no other site can make a browser send mail, and a
// name that another site points at loopback is not answered.
func TestPageRefusesForeignRequests(t *testing.T) {
	d := startDemo(t)
	before, _ := d.Mailbox.Entries()
	tests := []struct {
		name, header, value string
		want                int
	}{
		{"cross-site post", "Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"same site, other origin", "Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"foreign origin of an old browser", "Origin", "http://evil.example", http.StatusForbidden},
		{"rebound name", "Host", "evil.example:8025", http.StatusMisdirectedRequest},
		{"rebound name like localhost", "Host", "localhost.evil.example", http.StatusMisdirectedRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, path := range []string{"write", "samples"} {
				body, contentType := form(t, map[string]string{"from": "a@maine.example", "to": "b@ext.example"}, "", nil)
				req, err := http.NewRequest("POST", d.URL()+path, body)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", contentType)
				req.Header.Set(test.header, test.value)
				if test.header == "Host" {
					req.Host = test.value
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != test.want {
					t.Errorf("/%s: %s, want %d", path, resp.Status, test.want)
				}
			}
		})
	}
	if after, _ := d.Mailbox.Entries(); len(after) != len(before) {
		t.Errorf("%d messages were sent", len(after)-len(before))
	}
}

// TestPageSends: what is typed into the form goes through the whole flow and is
// then shown; hostile text in it stays text.
func TestPageSends(t *testing.T) {
	d := startDemo(t)
	body, contentType := form(t, map[string]string{
		"from": "Alice <alice@maine.example>", "to": "bob@maine.example; pat@customer.example",
		"subject": hostile + "\r\nBcc: eve@home.example", "sensitivity": "Company-Confidential", "body": "Hello\n" + hostile,
	}, "../../notes.txt", []byte("attached text"))
	resp, err := http.Post(d.URL()+"write", contentType, body) // follows to the message's page
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Request.URL.Path, "/messages/") {
		t.Fatalf("%s at %s\n%s", resp.Status, resp.Request.URL, page)
	}
	if strings.Contains(string(page), "<script") || !strings.Contains(string(page), "&lt;script&gt;") {
		t.Error("the subject is not shown as text")
	}
	entries, _ := d.Mailbox.Entries()
	e := entries[0]
	fields, _ := parseHeader(e.Raw)
	if fieldIndex(fields, "Bcc", 1) >= 0 {
		t.Error("the subject brought a field of its own")
	}
	if !bytes.Contains(e.Raw, []byte("notes.txt")) || bytes.Contains(e.Raw, []byte("../")) {
		t.Error("the attachment's name is not its last element")
	}
	for recipient, want := range map[string]Lane{"bob@maine.example": LaneInternal, "pat@customer.example": LaneEncrypted} {
		if lane, rule := e.outcome(recipient); lane != want {
			t.Errorf("%s: %s by %q, want %s", recipient, lane, rule, want)
		}
	}
}

func TestPageSaysWhatIsWrong(t *testing.T) {
	d := startDemo(t)
	before, _ := d.Mailbox.Entries()
	tests := []struct{ name, from, to, want string }{
		{"no recipient", "a@maine.example", " , ", "Enter at least one address"},
		{"no address", "a@maine.example", "nobody", "Enter at least one address"},
		{"no sender", "me", "b@ext.example", "Enter one address"},
		{"too many", "a@maine.example", strings.Repeat("b@ext.example,", 101), "At most 100 recipients"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body, contentType := form(t, map[string]string{"from": test.from, "to": test.to, "body": "kept <b>text</b>"}, "", nil)
			resp, err := http.Post(d.URL()+"write", contentType, body)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			page, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(page), test.want) {
				t.Errorf("%s: %s", resp.Status, page)
			}
			if !strings.Contains(string(page), "kept &lt;b&gt;text&lt;/b&gt;") {
				t.Error("what was typed is gone")
			}
		})
	}
	if after, _ := d.Mailbox.Entries(); len(after) != len(before) {
		t.Errorf("%d messages were sent", len(after)-len(before))
	}
}

func TestPageFiltersAndDownloads(t *testing.T) {
	d := startDemo(t)
	d.Mailbox.Add(&Entry{ID: "ONE", Subject: "first subject", Raw: []byte("A: 1\r\n\r\n"), Deliveries: []Delivery{{Recipient: "r@ext.example", Lane: LaneClear, Raw: []byte("A: 1\r\nB: 2\r\n\r\n")}}})
	d.Mailbox.Add(&Entry{ID: "TWO", Subject: "second subject", Deliveries: []Delivery{{Recipient: "r@ext.example", Lane: LaneHeld}}})
	if _, body := get(t, d.URL()+"?lane=held"); strings.Contains(body, "first subject") || !strings.Contains(body, "second subject") {
		t.Error("the filter shows the wrong messages")
	}
	if _, body := get(t, d.URL()); strings.Contains(body, `http-equiv="refresh"`) {
		t.Error("the page refreshes unasked")
	}
	if _, body := get(t, d.URL()+"?refresh=on"); !strings.Contains(body, `http-equiv="refresh"`) {
		t.Error("the page does not refresh")
	}
	for path, want := range map[string]string{"ONE/in": "A: 1\r\n\r\n", "ONE/0": "A: 1\r\nB: 2\r\n\r\n"} {
		resp, body := get(t, d.URL()+"messages/"+path)
		if body != want || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %q", path, body)
		}
	}
	for _, path := range []string{"ONE/1", "ONE/-1", "ONE/x", "TWO/0", "THREE/in"} {
		if resp, _ := get(t, d.URL()+"messages/"+path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// form builds a posted form, with an attachment where name is not empty.
func form(t *testing.T, values map[string]string, name string, data []byte) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range values {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		f, err := w.CreateFormFile("attachment", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, w.FormDataContentType()
}
