package demo

import (
	"embed"
	"errors"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/emersion/go-smtp"
)

//go:embed page
var pageFiles embed.FS

// maxForm bounds a posted form with its attachment; base64 of it must fit into
// maxMessage.
const maxForm = 16 << 20

// page serves the mailbox to a browser on the same host. It needs no script, loads
// nothing from elsewhere, and changes something only on a POST from itself.
type page struct {
	demo      *Demo
	templates map[string]*template.Template
}

// newPage returns the handler of the mailbox page.
func newPage(d *Demo) http.Handler {
	p := &page{demo: d, templates: parseTemplates()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.list)
	mux.HandleFunc("GET /messages/{id}", p.show)
	mux.HandleFunc("GET /messages/{id}/{copy}", p.download)
	mux.HandleFunc("GET /write", p.write)
	mux.HandleFunc("POST /write", p.send)
	mux.HandleFunc("POST /samples", p.samples)
	mux.HandleFunc("GET /style.css", p.style)
	return guard(mux)
}

// guard holds what is true of every answer: it is for a browser on this host, it
// runs no script, and no other site can frame it, post to it or read it.
func guard(next http.Handler) http.Handler {
	protected := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		// A foreign name that resolves to 127.0.0.1 (DNS rebinding) has the same
		// origin as itself, so only the name can tell it.
		if !isLoopbackHost(r.Host) {
			http.Error(w, "zixpolicy demo answers to localhost and 127.0.0.1 only", http.StatusMisdirectedRequest)
			return
		}
		protected.ServeHTTP(w, r)
	})
}

func isLoopbackHost(hostport string) bool {
	host := (&url.URL{Host: hostport}).Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func parseTemplates() map[string]*template.Template {
	templates := map[string]*template.Template{}
	for _, name := range []string{"list", "message", "write", "missing"} {
		t := template.New("layout.html").Funcs(template.FuncMap{"visible": visible, "bytes": formatBytes, "mark": markOf})
		templates[name] = template.Must(t.ParseFS(pageFiles, "page/layout.html", "page/"+name+".html"))
	}
	return templates
}

func (p *page) render(w http.ResponseWriter, status int, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// An error here is a browser that went away: there is nobody left to tell.
	_ = p.templates[name].Execute(w, data)
}

func (p *page) list(w http.ResponseWriter, r *http.Request) {
	v := newListView(p.demo, Lane(r.URL.Query().Get("lane")), r.URL.Query().Get("refresh") == "on")
	p.render(w, http.StatusOK, "list", v)
}

func (p *page) show(w http.ResponseWriter, r *http.Request) {
	e := p.demo.Mailbox.Find(r.PathValue("id"))
	if e == nil {
		p.missing(w)
		return
	}
	p.render(w, http.StatusOK, "message", newMessageView(p.demo, e))
}

func (p *page) missing(w http.ResponseWriter) {
	p.render(w, http.StatusNotFound, "missing", frame{Title: "Not here", SMTP: p.demo.SMTPAddr()})
}

// download gives one copy of a message as a file: "in" as it came, a number as it
// left for the recipient of that place.
func (p *page) download(w http.ResponseWriter, r *http.Request) {
	e := p.demo.Mailbox.Find(r.PathValue("id"))
	if e == nil {
		p.missing(w)
		return
	}
	raw := e.Raw
	if which := r.PathValue("copy"); which != "in" {
		n, err := strconv.Atoi(which)
		if err != nil || n < 0 || n >= len(e.Deliveries) || e.Deliveries[n].Raw == nil {
			p.missing(w)
			return
		}
		raw = e.Deliveries[n].Raw
	}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", `attachment; filename="`+e.ID+`.eml"`)
	_, _ = w.Write(raw)
}

func (p *page) write(w http.ResponseWriter, r *http.Request) {
	d := draft{From: "alice@" + internalDomain, Sensitivity: sensitivities()[0]}
	if e := p.demo.Mailbox.Find(r.URL.Query().Get("like")); e != nil {
		d = draftLike(e)
	}
	p.render(w, http.StatusOK, "write", newWriteView(p.demo, &d, nil))
}

// send takes the form, sends it over SMTP like any other client, and shows what
// became of it.
func (p *page) send(w http.ResponseWriter, r *http.Request) {
	d, wrong := readForm(w, r)
	sender, recipients, more := d.check()
	for k, v := range more {
		wrong[k] = v
	}
	if len(wrong) > 0 {
		p.render(w, http.StatusUnprocessableEntity, "write", newWriteView(p.demo, d, wrong))
		return
	}
	raw, id, err := d.message(time.Now())
	if err == nil {
		err = submit(r.Context(), p.demo.SMTPAddr(), sender, recipients, raw)
	}
	// A refusal after DATA is an outcome to look at; only what never became a
	// message is a mistake in the form.
	if e := p.demo.Mailbox.FindMessageID(id); e != nil && id != "" {
		http.Redirect(w, r, "/messages/"+e.ID, http.StatusSeeOther)
		return
	}
	wrong = mistakes{"form": "The MTA did not take it: " + reason(err)}
	p.render(w, http.StatusBadGateway, "write", newWriteView(p.demo, d, wrong))
}

func reason(err error) string {
	var reply *smtp.SMTPError
	if errors.As(err, &reply) {
		return formatReply(reply)
	}
	return "it could not be reached."
}

// readForm reads the posted form; what is too large is a mistake of the person, not
// a message cut short.
func readForm(w http.ResponseWriter, r *http.Request) (*draft, mistakes) {
	wrong := mistakes{}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseMultipartForm(maxForm); err != nil {
		wrong["form"] = "The form could not be read; with its attachment it may have at most " + formatBytes(maxForm) + "."
		return &draft{}, wrong
	}
	d := &draft{
		From: r.PostFormValue("from"), To: r.PostFormValue("to"), Subject: r.PostFormValue("subject"),
		Body: r.PostFormValue("body"), Sensitivity: r.PostFormValue("sensitivity"),
	}
	if !slices.Contains(sensitivities(), d.Sensitivity) {
		d.Sensitivity = sensitivities()[0]
	}
	f, head, err := r.FormFile("attachment")
	if err != nil { // no file chosen
		return d, wrong
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		wrong["attachment"] = "The file could not be read."
		return d, wrong
	}
	d.Attachment = newAttachment(head.Filename, head.Header.Get("Content-Type"), data)
	return d, wrong
}

// samples sends the sample messages once more.
func (p *page) samples(w http.ResponseWriter, r *http.Request) {
	if err := p.demo.SendSamples(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *page) style(w http.ResponseWriter, _ *http.Request) {
	css, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		http.Error(w, "no style sheet", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(css)
}
