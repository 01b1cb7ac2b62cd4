package scan

import (
	"slices"
	"strings"

	"accrue/ce"
)

// Unit is what a certificate counts in, by the words that it uses: "contact-hour", "ceu", "ama-pra-1" …
// How long a unit is differs from body to body; scan converts nothing.
type Unit string

// UnitUnknown is the unit of an amount whose unit the document does not name ("Credits: 3").
const UnitUnknown Unit = "unknown"

// Catalog returns the unit of the catalog that the unit is, whatever the body; "" when that depends on the body.
func (u Unit) Catalog() ce.UnitID {
	switch u {
	case "minute":
		return ce.UnitMinute
	case "ceu":
		return "iacet.ceu"
	case "pdu":
		return "pmi.pdu"
	case "ace-cec":
		return "ace.cec"
	case "shrm-pdc":
		return "shrm.pdc"
	case "hrci":
		return "hrci.credit"
	case "ece":
		return "ec-council.ece"
	case "semester-hour":
		return "academic.semester-hour"
	case "quarter-hour":
		return "academic.quarter-hour"
	}
	return ""
}

func isUnit(meaning string) bool { return strings.HasPrefix(meaning, "unit ") }

func unitOf(meaning string) Unit {
	return Unit(strings.ReplaceAll(strings.TrimPrefix(meaning, "unit "), " ", "-"))
}

// Units returns the units that can be recognised, by name.
func Units() []Unit {
	var units []Unit
	for meaning := range english.sections {
		if isUnit(meaning) {
			units = append(units, unitOf(meaning))
		}
	}
	slices.Sort(units)
	return units
}

// Names reports whether the certificate's word may be what a body calls its unit, by name or symbol: "contact-hour" names a contact hour
// and an hour, "cpe" a CPE credit and a CPE hour. How long that is, the body says.
func (u Unit) Names(name, symbol string) bool {
	word := strings.ReplaceAll(string(u), "-", " ")
	name, symbol = strings.ToLower(name), strings.ToLower(symbol)
	if word == name || word == symbol || word+" credit" == name || word+" hour" == name {
		return true
	}
	kind, hour := strings.CutSuffix(word, "hour")
	return hour && (name == "hour" || name == "contact hour" || name == "clock hour") && slices.Contains(hours, strings.TrimSpace(kind))
}

// hours are the hours of which a body that counts in hours speaks.
var hours = []string{"", "contact", "ce", "cme", "cpd"}
