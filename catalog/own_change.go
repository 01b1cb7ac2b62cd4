package catalog

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"accrue/ce"
)

// What may be corrected at any time, since no answer is made of it: fields of the text, and of what is listed in it by id.
var (
	correctable = []string{"name", "jurisdiction", "verified", "sources", "notes"}
	labels      = []string{"name", "prompt", "symbol", "plural", "source", "note", "time-zone"}
)

// CheckChange returns what an earlier text of an own program says and a later one must still say, but does not: the
// dated versions of the rules, and all that they refer to. The later text may add versions, words, questions
// and units, and correct names, notes and sources. Comments and the form of writing do not matter. Both texts must compile.
func (c *Catalog) CheckChange(before, after string) []Problem {
	_, old, problems := parseOwn(before)
	if problems != nil {
		return problems
	}
	doc, changed, problems := parseOwn(after)
	if problems != nil {
		return problems
	}
	var found ce.Problems
	for _, key := range keysOf(old, changed) {
		switch {
		case slices.Contains(correctable, key):
		case key == "versions":
			checkVersions(&found, old[key], changed[key])
		default:
			checkKept(&found, old[key], changed[key], []any{key})
		}
	}
	if err := found.Err(); err != nil {
		return doc.found(err)
	}
	return nil
}

func keysOf(maps ...map[string]any) []string {
	var keys []string
	for _, one := range maps {
		for key := range one {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// checkVersions wants that the versions before begin those after.
func checkVersions(problems *ce.Problems, before, after any) {
	old, _ := before.([]any)
	changed, _ := after.([]any)
	for i, version := range old {
		if i >= len(changed) {
			problems.Add("must still hold the versions that it had, as they were; add one with a later `from` below them", "versions")
			return
		}
		if path, differ := difference(version, changed[i]); differ {
			problems.Add("must stay as it was: cycles are judged by this version; add a version with a later `from` below it instead",
				append([]any{"versions", i}, path...)...)
		}
	}
}

// checkKept wants that a value stays as it was, except for labels and for what is added to a list of things with ids.
func checkKept(problems *ce.Problems, before, after any, path []any) {
	switch old := before.(type) {
	case map[string]any:
		changed, ok := after.(map[string]any)
		if !ok {
			break
		}
		for _, key := range keysOf(old, changed) {
			if !slices.Contains(labels, key) {
				checkKept(problems, old[key], changed[key], append(slices.Clone(path), key))
			}
		}
		return
	case []any:
		changed, ok := after.([]any)
		if !ok || !identified(old) {
			break
		}
		for _, one := range old {
			id := idOf(one)
			i := slices.IndexFunc(changed, func(other any) bool { return idOf(other) == id })
			if i < 0 {
				problems.Add(fmt.Sprintf("must still hold %q: versions of the rules, answers or credits may refer to it", id), path...)
				continue
			}
			checkKept(problems, one, changed[i], append(slices.Clone(path), i))
		}
		return
	case nil:
		if list, ok := after.([]any); ok && identified(list) {
			return
		}
	}
	if _, differ := difference(before, after); differ {
		problems.Add("must stay as it was, since cycles are judged by it; create another program instead", path...)
	}
}

func identified(list []any) bool {
	return !slices.ContainsFunc(list, func(one any) bool { return idOf(one) == "" })
}

// idOf returns the id of something that is listed by id, or "".
func idOf(one any) string {
	if fields, ok := one.(map[string]any); ok && fields["id"] != nil {
		return fmt.Sprint(fields["id"])
	}
	return ""
}

// difference returns the path of the first place where two values differ. A value is the same however it is quoted.
func difference(before, after any) (path []any, differ bool) {
	switch old := before.(type) {
	case map[string]any:
		if changed, ok := after.(map[string]any); ok {
			for _, key := range keysOf(old, changed) {
				if path, differ := difference(old[key], changed[key]); differ {
					return append([]any{key}, path...), true
				}
			}
			return nil, false
		}
	case []any:
		if changed, ok := after.([]any); ok {
			for i := range max(len(old), len(changed)) {
				if i >= len(old) || i >= len(changed) {
					return nil, true
				}
				if path, differ := difference(old[i], changed[i]); differ {
					return append([]any{strconv.Itoa(i)}, path...), true
				}
			}
			return nil, false
		}
	default:
		if before == nil || after == nil || reflect.TypeOf(after).Kind() == reflect.Map || reflect.TypeOf(after).Kind() == reflect.Slice {
			return nil, before != nil || after != nil
		}
		return nil, fmt.Sprint(before) != fmt.Sprint(after)
	}
	return nil, true
}
