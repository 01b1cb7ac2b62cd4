package wording

import (
	"strconv"
	"strings"

	"accrue/ce"
)

var spanishMonths = [...]string{
	"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
}

func spanish(decimal string) *Language {
	return read("es", spanishText, func(d ce.Date) string {
		year, month, n := d.YMD()
		return strconv.Itoa(n) + " de " + spanishMonths[month-1] + " de " + strconv.Itoa(year)
	}, decimal)
}

var (
	spanishComma = spanish(",")
	spanishPoint = spanish(".")
)

// Where Spanish writes decimals with a point, by Unicode CLDR (common/main/es_*.xml).
var pointRegions = map[string]bool{
	"419": true, "BR": true, "BZ": true, "CU": true, "DO": true, "GT": true, "HN": true, "MX": true, "NI": true, "PA": true,
	"PE": true, "PR": true, "SV": true, "US": true,
}

// For returns the language for a BCP 47 tag such as "es-MX": the sentences by its language, the decimal mark by its region. English
// stands in for languages that there are no sentences for, and for what is no tag.
func For(tag string) *Language {
	if len(tag) > 35 {
		return English
	}
	subtags := strings.Split(strings.ReplaceAll(tag, "_", "-"), "-")
	if !strings.EqualFold(subtags[0], "es") {
		return English
	}
	for _, subtag := range subtags[1:] {
		if len(subtag) == 1 {
			break // what follows is an extension
		}
		if pointRegions[strings.ToUpper(subtag)] {
			return spanishPoint
		}
	}
	return spanishComma
}
