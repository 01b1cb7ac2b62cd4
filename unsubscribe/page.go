package unsubscribe

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"

	"golang.org/x/text/language"

	"accrue/rules/wording"
)

//go:embed page.html
var markup string

//go:embed page.css
var style string

var pageTemplate = template.Must(template.New("page").Parse(markup))

// policy lets the page have its style and send its form, and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}()

// page is what is shown: the sentences whose ids begin with its name.
type page struct {
	name   string
	status int
	button bool // it asks
}

// The pages.
var (
	asking    = page{"unsubscribe-ask", http.StatusOK, true}
	done      = page{"unsubscribe-done", http.StatusOK, false}
	unknown   = page{"unsubscribe-unknown", http.StatusNotFound, false}
	misused   = page{"unsubscribe-misused", http.StatusMethodNotAllowed, false}
	postponed = page{"unsubscribe-postponed", http.StatusServiceUnavailable, false}
)

func (p page) write(w http.ResponseWriter, in *wording.Language) {
	shown := struct {
		Language, Title, Text, Button string
		Style                         template.CSS
	}{in.Tag(), in.Say(p.name), in.Say(p.name + "-text"), "", template.CSS(style)}
	if p.button {
		shown.Button = in.Say(p.name + "-button")
	}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, shown); err != nil {
		panic(err) // the template takes every page, and a Buffer never fails
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(out.Len()))
	header.Set("Content-Language", in.Tag())
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(p.status)
	// A failed write means that the browser has gone, or asked by HEAD.
	_, _ = w.Write(out.Bytes())
}

// maxAccepted is how long a header Accept-Language is that is read; browsers send some 50 bytes.
const maxAccepted = 500

var spoken = language.NewMatcher([]language.Tag{language.English, language.Spanish})

// accepted returns the language of the request's Accept-Language.
func accepted(r *http.Request) *wording.Language {
	header := r.Header.Get("Accept-Language")
	if len(header) > maxAccepted {
		return wording.English
	}
	// What cannot be read is as good as nothing, for which the first stands in.
	tag, _ := language.MatchStrings(spoken, header)
	return wording.For(tag.String())
}
