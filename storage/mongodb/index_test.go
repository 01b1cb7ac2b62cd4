package mongodb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
	"accrue/storage/storagetest"
)

// TestContract runs the conformance suite and holds every command that it sends against the declared indexes; where
// there is a real server, that one must say the same.
func TestContract(t *testing.T) {
	var sent recorder
	store := openTest(t, mongodbtest.URI(t), monitor(sent.add))
	t.Run("suite", func(t *testing.T) {
		storagetest.Run(t, func(*testing.T) storage.Store { return store })
	})
	var queries int
	for _, command := range sent.all() {
		found, err := queriesOf(command)
		if err != nil {
			t.Error(err)
		}
		for _, query := range found {
			queries++
			if err := query.covered(indexes); err != nil {
				t.Error(err)
			}
			if mongodbtest.RealServer() != "" {
				query.explain(t, store.credits.Database())
			}
		}
	}
	if queries == 0 {
		t.Error("no query was seen")
	}
}

// recorder keeps one command of each shape.
type recorder struct {
	lock     sync.Mutex
	commands map[string]bson.D
}

func (r *recorder) add(_ context.Context, e *event.CommandStartedEvent) {
	var command bson.D
	if err := bson.Unmarshal(e.Command, &command); err != nil {
		panic(err)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.commands == nil {
		r.commands = map[string]bson.D{}
	}
	r.commands[shape(command)] = command
}

func (r *recorder) all() []bson.D {
	r.lock.Lock()
	defer r.lock.Unlock()
	var all []bson.D
	for _, command := range r.commands {
		all = append(all, command)
	}
	return all
}

// shape is the command with its field names and without its values, except the collection and numbers of sorts.
func shape(value any) string {
	switch value := value.(type) {
	case bson.D:
		var b strings.Builder
		for _, e := range value {
			switch e.Key {
			case "lsid", "$clusterTime", "txnNumber", "documents", "u", "cursors", "$db", "maxTimeMS":
			case "find", "update", "delete", "findAndModify", "aggregate", "sort":
				fmt.Fprintf(&b, "%s=%v ", e.Key, e.Value)
			default:
				fmt.Fprintf(&b, "%s:{%s} ", e.Key, shape(e.Value))
			}
		}
		return b.String()
	case bson.A:
		var shapes []string
		for _, item := range value {
			if s := shape(item); !slices.Contains(shapes, s) {
				shapes = append(shapes, s)
			}
		}
		return strings.Join(shapes, ",")
	}
	return ""
}

// query is a filter with a sort, and the command that holds nothing else.
type query struct {
	collection   string
	filter, sort bson.D
	command      bson.D
}

func get[T any](d bson.D, key string) (out T) {
	for _, e := range d {
		if e.Key == key {
			out, _ = e.Value.(T)
		}
	}
	return out
}

// queriesOf returns the queries in a command. Commands that query nothing have none.
func queriesOf(command bson.D) ([]query, error) {
	name := command[0].Key
	collection, _ := command[0].Value.(string)
	one := query{collection: collection, sort: get[bson.D](command, "sort")}
	var statements string
	switch name {
	case "insert", "createIndexes", "ping", "getMore", "killCursors", "endSessions":
		return nil, nil
	case "find":
		one.filter = get[bson.D](command, "filter")
		one.command = command
		return []query{one}, nil
	case "findAndModify":
		one.filter = get[bson.D](command, "query")
		one.command = command
		return []query{one}, nil
	case "aggregate":
		stage, _ := get[bson.A](command, "pipeline")[0].(bson.D)
		one.filter = get[bson.D](stage, "$match")
		one.command = command
		return []query{one}, nil
	case "update":
		statements = "updates"
	case "delete":
		statements = "deletes"
	default:
		return nil, fmt.Errorf("command %s is not one of those known to work everywhere", name)
	}
	var queries []query
	for _, statement := range get[bson.A](command, statements) {
		statement := statement.(bson.D)
		queries = append(queries, query{
			collection: collection, filter: get[bson.D](statement, "q"),
			command: bson.D{command[0], {Key: statements, Value: bson.A{statement}}},
		})
	}
	return queries, nil
}

// covered reports whether an index serves the query: the _id, or one whose keys begin with fields that the filter
// holds equal to a value, then the sort, then a field that the filter holds in a range.
func (q query) covered(indexes []index) error {
	equal, ranged := q.fields()
	if slices.Contains(equal, "_id") && len(q.sort) == 0 {
		return nil
	}
	for _, index := range indexes {
		if index.collection == q.collection && q.servedBy(index, equal, ranged) {
			return nil
		}
	}
	return fmt.Errorf("no declared index of %s serves the filter %v with the sort %v", q.collection, q.filter, q.sort)
}

func (q query) servedBy(index index, equal, ranged []string) bool {
	keys := index.keys
	used := 0
	for len(keys) > 0 && slices.Contains(equal, keys[0].Key) {
		keys = keys[1:]
		used++
	}
	if len(q.sort) > 0 {
		if len(keys) < len(q.sort) {
			return false
		}
		turned := 0
		for i, by := range q.sort {
			if keys[i].Key != by.Key {
				return false
			}
			if keys[i].Value.(int) != int(by.Value.(int32)) {
				turned++
			}
		}
		if turned != 0 && turned != len(q.sort) {
			return false
		}
		// A filter outside of the index would be asked of every document; and a sparse index lacks some documents.
		return (used > 0 || len(q.filter) == 0 || slices.Contains(ranged, q.sort[0].Key)) &&
			(!index.sparse || slices.Contains(ranged, index.keys[0].Key))
	}
	return used > 0 || len(keys) > 0 && slices.Contains(ranged, keys[0].Key)
}

// fields returns the fields that the filter holds equal to a value, and those that it holds in a range.
func (q query) fields() (equal, ranged []string) {
	for _, e := range q.filter {
		if strings.HasPrefix(e.Key, "$") {
			continue
		}
		operators, ok := e.Value.(bson.D)
		if !ok {
			equal = append(equal, e.Key)
			continue
		}
		for _, operator := range operators {
			switch operator.Key {
			case "$in":
				if e.Key == "_id" || len(q.sort) == 0 {
					equal = append(equal, e.Key)
				}
			case "$lt", "$lte", "$gt", "$gte":
				if !slices.Contains(ranged, e.Key) {
					ranged = append(ranged, e.Key)
				}
			}
		}
	}
	return equal, ranged
}

// explain asks the server how it would run the query, and refuses a scan of the collection and a sort in memory.
func (q query) explain(t *testing.T, database *mongo.Database) {
	t.Helper()
	var command bson.D
	for _, e := range q.command {
		switch e.Key {
		case "lsid", "$clusterTime", "txnNumber", "$db", "$readPreference", "maxTimeMS", "writeConcern", "readConcern":
		default:
			command = append(command, e)
		}
	}
	var plan bson.D
	err := database.RunCommand(t.Context(), bson.D{{Key: "explain", Value: command}, {Key: "verbosity", Value: "queryPlanner"}}).Decode(&plan)
	if err != nil {
		t.Errorf("explain %v: %v", command, err)
		return
	}
	for _, stage := range stages(plan) {
		if stage == "COLLSCAN" || stage == "SORT" {
			t.Errorf("the server plans %s for the filter %v with the sort %v on %s", stage, q.filter, q.sort, q.collection)
		}
	}
}

// stages returns the stages of the plan that won.
func stages(value any) (out []string) {
	switch value := value.(type) {
	case bson.D:
		for _, e := range value {
			if stage, ok := e.Value.(string); ok && e.Key == "stage" {
				out = append(out, stage)
			} else if e.Key != "rejectedPlans" {
				out = append(out, stages(e.Value)...)
			}
		}
	case bson.A:
		for _, item := range value {
			out = append(out, stages(item)...)
		}
	}
	return out
}

func TestCovered(t *testing.T) {
	declared := []index{
		{collection: "c", keys: bson.D{{Key: "a", Value: 1}, {Key: "b", Value: -1}, {Key: "c", Value: -1}}},
		{collection: "c", keys: bson.D{{Key: "s", Value: 1}}, sparse: true},
	}
	field := func(name string, value any) bson.E { return bson.E{Key: name, Value: value} }
	below := bson.D{field("$lt", 5)}
	by := func(order int32, names ...string) (sort bson.D) {
		for _, name := range names {
			sort = append(sort, field(name, order))
		}
		return sort
	}
	for _, test := range []struct {
		name         string
		filter, sort bson.D
		want         bool
	}{
		{"id", bson.D{field("_id", 1), field("x", 2)}, nil, true},
		{"ids", bson.D{field("_id", bson.D{field("$in", bson.A{1})})}, nil, true},
		{"not an id", bson.D{field("_id", bson.D{field("$ne", 1)})}, nil, false},
		{"one of some", bson.D{field("a", bson.D{field("$in", bson.A{1})})}, nil, true},
		{"one of some, sort", bson.D{field("a", bson.D{field("$in", bson.A{1})})}, by(-1, "b"), false},
		{"nothing", nil, nil, false},
		{"equal", bson.D{field("a", 1)}, nil, true},
		{"equal and other", bson.D{field("a", 1), field("x", 1)}, nil, true},
		{"other", bson.D{field("x", 1)}, nil, false},
		{"not the first", bson.D{field("b", 1)}, nil, false},
		{"range", bson.D{field("a", below)}, nil, true},
		{"equal, sort", bson.D{field("a", 1)}, by(-1, "b", "c"), true},
		{"equal, sort turned", bson.D{field("a", 1)}, by(1, "b", "c"), true},
		{"equal, sort half turned", bson.D{field("a", 1)}, append(by(1, "b"), by(-1, "c")...), false},
		{"equal, sort by the second", bson.D{field("a", 1)}, by(-1, "c"), false},
		{"equal, sort longer", bson.D{field("a", 1)}, by(-1, "b", "c", "d"), false},
		{"range before the sort", bson.D{field("a", below)}, by(-1, "b"), false},
		{"two equal, sort, range", bson.D{field("a", 1), field("b", 1), field("c", below)}, by(-1, "c"), true},
		{"sort alone", nil, by(1, "a"), true},
		{"sort with another filter", bson.D{field("x", 1)}, by(1, "a"), false},
		{"sparse, range", bson.D{field("s", below)}, by(1, "s"), true},
		{"sparse, sort alone", nil, by(1, "s"), false},
	} {
		err := query{collection: "c", filter: test.filter, sort: test.sort}.covered(declared)
		if got := err == nil; got != test.want {
			t.Errorf("%s: covered is %v", test.name, got)
		}
	}
	if err := (query{collection: "d", filter: bson.D{field("a", 1)}}).covered(declared); err == nil {
		t.Error("another collection's index was taken")
	}
}
