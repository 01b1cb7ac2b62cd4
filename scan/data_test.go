package scan

import (
	"regexp/syntax"
	"strings"
	"testing"
)

func TestAccreditors(t *testing.T) {
	seen := map[string]bool{}
	for i, a := range accreditors {
		if seen[string(a.ID)] || a.Name == "" || len(a.Labels) == 0 || a.Of != "PROVIDER" && a.Of != "ACTIVITY" || !strings.HasPrefix(a.Source, "http") {
			t.Errorf("%s lacks something, or is there twice", a.ID)
		}
		if i > 0 && a.ID < accreditors[i-1].ID {
			t.Errorf("%s is not in its place", a.ID)
		}
		seen[string(a.ID)] = true
		if p, err := syntax.Parse(a.Pattern, syntax.Perl); err != nil || p.MaxCap() > 0 {
			t.Errorf("%s: a pattern groups by (?:…): %v", a.ID, err)
		}
		if a.pattern.MatchString("") || a.pattern.MatchString("provider") {
			t.Errorf("%s: the pattern takes a word for a number", a.ID)
		}
		if strings.TrimSpace(a.Pattern) == "" {
			t.Errorf("%s has no pattern", a.ID)
		}
	}
}

// Every meaning that the code asks for is in the vocabulary, and no phrase is there twice.
func TestVocabulary(t *testing.T) {
	for _, meaning := range strings.Split("completed,started,issued,expires,valid from,other date,date,range,title,title next,title kind,title ends,heading,"+
		"attachment,letter,participant,name next,provider,provider next,provider before,platform,approver,approving body,organization,organization perhaps,credential,salutation,"+
		"number,other number,awarded,maximum,part,not amount,weekday,ordinal,cardinal,tens,tens ordinal,hundred,thousand,point,half,to,month first,day first,"+
		"method,field,signer,stop word,unit unknown,unit hour,unit minute,month 1,month 12", ",") {
		if len(english.sections[meaning]) == 0 {
			t.Errorf("no phrase means %q", meaning)
		}
	}
	for meaning, entries := range english.sections {
		seen := map[string]bool{}
		for _, e := range entries {
			key := strings.Join(e.words, " ")
			if seen[key] {
				t.Errorf("[%s] has %q twice", meaning, key)
			}
			seen[key] = true
		}
	}
	if n := len(english.sections["ordinal"]); n < 19 {
		t.Errorf("%d ordinals", n)
	}
}

func TestVocabularyFile(t *testing.T) {
	for name, text := range map[string]string{
		"before the first section": "word\n[a]",
		"a section twice":          "[a]\nx\n[a]\n",
		"no word":                  "[a]\n...\n",
	} {
		if _, err := parseVocabulary(text); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// More evidence never makes a value less sure, and nothing is certain.
func TestCurves(t *testing.T) {
	for _, field := range strings.Split("title,provider,participant,number,verification,completedOn,startedOn,issuedOn,expiresOn,amount,part,maximum,format,topic,approval", ",") {
		if _, ok := curves[field]; !ok {
			t.Errorf("%s has no curve", field)
		}
		last := 0.0
		for evidence := 0.0; evidence < 20; evidence += 0.5 {
			c := confidence(field, signs{Evidence: evidence, Margin: min(evidence, 6), Legibility: 1})
			if c < last || c > surest {
				t.Errorf("%s: %v with evidence %v after %v", field, c, evidence, last)
			}
			last = c
		}
	}
}

// FuzzVocabulary has files of a language as contributors may write them, found in text.
func FuzzVocabulary(f *testing.F) {
	f.Add("# English\n[completed]\ndate of completion\n[to]\n-\nto\n", "Date of Completion: to - 12")
	f.Add("[a]\n[a]\n", "")
	f.Add("[\xff]\n#\nprovider #\n\u202e\n", "Provider #123 \x00")
	f.Fuzz(func(t *testing.T, file, text string) {
		if len(file)+len(text) > 2_000 { // all phrases are sought at all words
			return
		}
		v, err := parseVocabulary(file)
		if err != nil {
			return
		}
		all := tokens(Word{Text: text})
		for _, m := range v.find(all) {
			if m.from < 0 || m.from >= m.to || m.to > len(all) {
				t.Errorf("%q is found from %d to %d of %d", m.words, m.from, m.to, len(all))
			}
		}
	})
}

// FuzzNames compares names of any kind, which no order of the two may change.
func FuzzNames(f *testing.F) {
	f.Add("Jane Doe", "DOE, Jane M., RN")
	f.Add("Tomás Núñez", "Tomas Nunez\u202e")
	f.Add("", "\xff J. J. J. J. J.")
	f.Fuzz(func(t *testing.T, a, b string) {
		if one, other := compareNames(a, b), compareNames(b, a); (one == NameUnknown) != (other == NameUnknown) && one != NameSame && other != NameSame {
			t.Errorf("%q and %q: %q, the other way %q", a, b, one, other)
		}
	})
}
