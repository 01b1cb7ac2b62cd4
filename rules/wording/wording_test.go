package wording

import (
	"strings"
	"testing"
)

func TestLanguages(t *testing.T) {
	for tag, want := range map[string]*Language{"en": English, "EN-gb": English, "tlh": English, "": English} {
		if For(tag) != want {
			t.Errorf("%q is another language", tag)
		}
	}
	// What one language says every one does.
	for tag, language := range languages {
		for id := range English.templates {
			if strings.TrimSpace(language.templates[id]) == "" {
				t.Errorf("%s does not say %s", tag, id)
			}
		}
	}
}
