package scantest

import (
	"fmt"
	"strings"
)

// Report writes the share of right fields by part and kind, and how right the confidences are.
func Report(results []Result) string {
	var out strings.Builder
	groups := []struct {
		title string
		held  bool
		kind  string
	}{
		{"tuned text", false, Text},
		{"clean", false, Clean},
		{"photo", false, Photo},
		{"held text", true, Text},
		{"clean", true, Clean},
		{"photo", true, Photo},
	}
	fmt.Fprintf(&out, "\n%-14s", "right")
	for _, g := range groups {
		fmt.Fprintf(&out, "%16s", g.title)
	}
	out.WriteByte('\n')
	for _, field := range Fields {
		fmt.Fprintf(&out, "%-14s", field)
		for _, g := range groups {
			right, all := 0, 0
			for _, r := range results {
				if r.Field == field && r.Sample.Kind == g.kind && (r.Sample.Part == Held) == g.held {
					all++
					if r.Right {
						right++
					}
				}
			}
			if all == 0 {
				fmt.Fprintf(&out, "%16s", "-")
				continue
			}
			fmt.Fprintf(&out, "%16s", fmt.Sprintf("%.3f %d/%d", float64(right)/float64(all), right, all))
		}
		out.WriteByte('\n')
	}
	for _, held := range []bool{false, true} {
		fmt.Fprintf(&out, "\n%-14s%10s%10s%10s\n", map[bool]string{false: "tuned", true: "held"}[held], "given", "right", "said")
		for _, b := range bands {
			given, right, said := 0, 0, 0.0
			for _, r := range results {
				if r.Given && (r.Sample.Part == Held) == held && r.Confidence >= b[0] && r.Confidence < b[1] {
					given++
					said += r.Confidence
					if r.Right {
						right++
					}
				}
			}
			if given > 0 {
				fmt.Fprintf(&out, "%.2f to %.2f  %10d%10.3f%10.3f\n", b[0], b[1], given, float64(right)/float64(given), said/float64(given))
			}
		}
	}
	return out.String()
}

var bands = [][2]float64{{0.5, 0.6}, {0.6, 0.7}, {0.7, 0.8}, {0.8, 0.9}, {0.9, 0.95}, {0.95, 1.01}}
