package mail

import (
	"embed"
	"path"
	"strconv"
	"strings"

	"accrue/ce"
	"accrue/rules/wording"
)

//go:embed letters/*.txt
var sentences embed.FS

// language is the sentences of one language.
type language struct {
	tag string
	*wording.Language
}

// languages are those that there are, by tag.
var languages = readLanguages()

func readLanguages() map[string]language {
	all := map[string]language{}
	files, err := sentences.ReadDir("letters")
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, file := range files {
		text, err := sentences.ReadFile("letters/" + file.Name())
		if err != nil {
			panic(err)
		}
		l := language{tag: strings.TrimSuffix(file.Name(), path.Ext(file.Name()))}
		l.Language = wording.Read(string(text), func(d ce.Date) string {
			year, month, day := d.YMD()
			return l.say("day", strconv.Itoa(day), l.say("month-"+strconv.Itoa(int(month))), strconv.Itoa(year))
		})
		all[l.tag] = l
	}
	return all
}

// languageOf returns the language of a BCP 47 tag: that of the tag, or of the tag without its last parts, else English
// (RFC 4647, section 3.4).
func languageOf(tag string) language {
	for tag = strings.ToLower(tag); tag != ""; tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)] {
		if l, ok := languages[tag]; ok {
			return l
		}
	}
	return languages["en"]
}

// say returns the sentence with the values put into it.
func (l language) say(id string, values ...string) string {
	return l.Render(ce.NewText(ce.Message{ID: id, Values: values}))
}
