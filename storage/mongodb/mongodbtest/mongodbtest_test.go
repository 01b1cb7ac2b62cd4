package mongodbtest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func connect(t *testing.T, uri string) *mongo.Collection {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client.Database(uri[strings.LastIndex(uri, "/")+1:]).Collection("counters")
}

// TestCommandsAreAtomic counts from two clients with many connections: without the proxy most of it is lost.
func TestCommandsAreAtomic(t *testing.T) {
	t.Setenv("MONGO_TEST_URI", "")
	uri := URI(t)
	clients := []*mongo.Collection{connect(t, uri), connect(t, uri)}
	id := bson.D{{Key: "_id", Value: "n"}}
	if _, err := clients[0].InsertOne(t.Context(), bson.D{{Key: "_id", Value: "n"}, {Key: "n", Value: 0}}); err != nil {
		t.Fatal(err)
	}
	const writers, each = 16, 25
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for range each {
				_, err := clients[i%2].UpdateOne(t.Context(), id, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}})
				if err != nil {
					t.Errorf("update: %v", err)
				}
			}
		})
	}
	group.Wait()
	var counter struct {
		N int `bson:"n"`
	}
	if err := clients[1].FindOne(t.Context(), id).Decode(&counter); err != nil {
		t.Fatal(err)
	}
	if counter.N != writers*each {
		t.Errorf("the counter is %d, want %d", counter.N, writers*each)
	}
}

// TestClientsThatDie has clients end within a message, send what is none, and leave without reading the answer. Others go on.
func TestClientsThatDie(t *testing.T) {
	t.Setenv("MONGO_TEST_URI", "")
	uri := URI(t)
	collection := connect(t, uri)
	insert, err := bson.Marshal(bson.D{
		{Key: "insert", Value: "counters"},
		{Key: "documents", Value: bson.A{bson.D{{Key: "_id", Value: "left behind"}}}},
		{Key: "$db", Value: collection.Database().Name()},
	})
	if err != nil {
		t.Fatal(err)
	}
	message := binary.LittleEndian.AppendUint32(nil, uint32(16+4+1+len(insert)))
	for _, n := range []uint32{1, 0, 2013, 0} {
		message = binary.LittleEndian.AppendUint32(message, n)
	}
	message = append(append(message, 0), insert...)

	host := strings.TrimPrefix(uri[:strings.LastIndex(uri, "/")], "mongodb://")
	for name, sent := range map[string][]byte{
		"nothing":     {},
		"half header": message[:10],
		"half body":   message[:len(message)-5],
		"too short":   {3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"too long":    {255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(sent); err != nil {
			t.Fatal(err)
		}
		_ = conn.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(conn); len(answer) != 0 {
			t.Errorf("%s is answered", name)
		}
		conn.Close()
	}
	find := func() error {
		return collection.FindOne(t.Context(), bson.D{{Key: "_id", Value: "left behind"}}).Err()
	}
	if err := find(); !errors.Is(err, mongo.ErrNoDocuments) {
		t.Errorf("half of a message had an effect: %v", err)
	}

	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(message); err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := find(); err != nil {
		t.Errorf("a whole message had no effect: %v", err)
	}
}

// TestServerEnds closes the standard input of a server, as the death of its test does.
func TestServerEnds(t *testing.T) {
	server, err := run()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := server.command.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(server.uri, "mongodb://")); err == nil {
		conn.Close()
		t.Error("the server still listens")
	}
}

func TestDatabasesDiffer(t *testing.T) {
	t.Setenv("MONGO_TEST_URI", "")
	if a, b := URI(t), URI(t); a == b {
		t.Errorf("two tests share %s", a)
	}
}

func TestWithDatabase(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://127.0.0.1:27017":                      "mongodb://127.0.0.1:27017/x",
		"mongodb://127.0.0.1:27017/":                     "mongodb://127.0.0.1:27017/x",
		"mongodb://a:1,b:2/old?replicaSet=rs0":           "mongodb://a:1,b:2/x?replicaSet=rs0",
		"mongodb://user:word@a:1":                        "mongodb://user:word@a:1/x?authSource=admin",
		"mongodb://user:word@a:1/old?w=1":                "mongodb://user:word@a:1/x?w=1&authSource=old",
		"mongodb://user:word@a:1/?authSource=other&w=1":  "mongodb://user:word@a:1/x?authSource=other&w=1",
		"mongodb://user:word@a:1/old?authMechanism=none": "mongodb://user:word@a:1/x?authMechanism=none&authSource=old",
	} {
		if got := withDatabase(uri, "x"); got != want {
			t.Errorf("%s becomes %s, want %s", uri, got, want)
		}
	}
}
