package mongodb

import (
	"encoding"
	"reflect"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
)

// registry writes days and amounts as their texts.
var registry = func() *bson.Registry {
	r := bson.NewRegistry()
	registerText[ce.Date](r)
	registerText[ce.Amount](r)
	return r
}()

func registerText[T encoding.TextMarshaler, P interface {
	*T
	encoding.TextUnmarshaler
}](r *bson.Registry) {
	r.RegisterTypeEncoder(reflect.TypeFor[T](), bson.ValueEncoderFunc(func(_ bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
		text, err := v.Interface().(T).MarshalText()
		if err != nil {
			return err
		}
		return w.WriteString(string(text))
	}))
	r.RegisterTypeDecoder(reflect.TypeFor[T](), bson.ValueDecoderFunc(func(_ bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
		text, err := r.ReadString()
		if err != nil {
			return err
		}
		return P(v.Addr().Interface().(*T)).UnmarshalText([]byte(text))
	}))
}

// instant is t as a document keeps it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// each converts the items of a list. Nil stays nil, and empty stays empty.
func each[A, B any](list []A, convert func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, item := range list {
		out[i] = convert(item)
	}
	return out
}
