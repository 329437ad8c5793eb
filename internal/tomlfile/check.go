package tomlfile

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// checker compares a decoded tree with the type it is meant for and collects every
// unknown key and every value of the wrong type.
type checker struct {
	file *File
	errs []error
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	durationType  = reflect.TypeFor[time.Duration]()
	primitiveType = reflect.TypeFor[toml.Primitive]()
)

// indices are the parts of a path that a header does not have.
var indices = regexp.MustCompile(`\[\d+\]`)

// check compares the value v, which stands at n and is called path, with t.
func (c *checker) check(path string, n *node, v any, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch u := reflect.New(t).Interface().(type) {
	case toml.Unmarshaler:
		if err := u.UnmarshalTOML(v); err != nil {
			c.add(n, "%s: %v", path, err)
		}
		return
	case encoding.TextUnmarshaler:
		if t != timeType {
			c.checkText(path, n, v, u)
			return
		}
	}
	switch t.Kind() {
	case reflect.Interface:
	case reflect.Struct:
		c.checkStruct(path, n, v, t)
	case reflect.Map:
		c.checkMap(path, n, v, t)
	case reflect.Slice, reflect.Array:
		c.checkList(path, n, v, t)
	default:
		c.checkScalar(path, n, v, t)
	}
}

func (c *checker) checkText(path string, n *node, v any, u encoding.TextUnmarshaler) {
	s, ok := v.(string)
	if !ok {
		c.wrong(path, n, "a string", v)
		return
	}
	if err := u.UnmarshalText([]byte(s)); err != nil {
		c.add(n, "%s: %v", path, err)
	}
}

func (c *checker) checkStruct(path string, n *node, v any, t reflect.Type) {
	if t == primitiveType {
		return
	}
	if t == timeType {
		if _, ok := v.(time.Time); !ok {
			c.wrong(path, n, "a date and time", v)
		}
		return
	}
	table, ok := v.(map[string]any)
	if !ok {
		c.wrong(path, n, "a table", v)
		return
	}
	known := fields(t)
	for _, key := range slices.Sorted(maps.Keys(table)) {
		child := c.childOf(n, key)
		field, ok := known[key]
		if !ok {
			c.unknown(path, key, child, slices.Sorted(maps.Keys(known)))
			continue
		}
		c.check(joinPath(path, key), child, table[key], field)
	}
}

func (c *checker) checkMap(path string, n *node, v any, t reflect.Type) {
	table, ok := v.(map[string]any)
	if !ok {
		c.wrong(path, n, "a table", v)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		c.check(joinPath(path, key), c.childOf(n, key), table[key], t.Elem())
	}
}

func (c *checker) checkList(path string, n *node, v any, t reflect.Type) {
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		want := "an array"
		if t.Elem().Kind() == reflect.Struct {
			want = "an array of tables, [[" + indices.ReplaceAllString(path, "") + "]]"
		}
		c.wrong(path, n, want, v)
		return
	}
	if t.Kind() == reflect.Array && t.Len() != list.Len() {
		c.add(n, "%s must have %d elements, not %d", path, t.Len(), list.Len())
		return
	}
	for i := range list.Len() {
		child := n.child("", i)
		if child == nil {
			child = n
		}
		c.check(path+"["+strconv.Itoa(i)+"]", child, list.Index(i).Interface(), t.Elem())
	}
}

func (c *checker) checkScalar(path string, n *node, v any, t reflect.Type) {
	switch {
	case t == durationType:
		s, ok := v.(string)
		if _, err := time.ParseDuration(s); !ok || err != nil {
			c.add(n, `%s must be a duration such as "20s" or "5m"`, path)
		}
	case t.Kind() == reflect.String:
		if _, ok := v.(string); !ok {
			c.wrong(path, n, "a string", v)
		}
	case t.Kind() == reflect.Bool:
		if _, ok := v.(bool); !ok {
			c.wrong(path, n, "true or false", v)
		}
	case t.Kind() == reflect.Float32, t.Kind() == reflect.Float64:
		_, isInt := v.(int64)
		if _, ok := v.(float64); !ok && !isInt {
			c.wrong(path, n, "a number", v)
		}
	default:
		c.checkInteger(path, n, v, t)
	}
}

func (c *checker) checkInteger(path string, n *node, v any, t reflect.Type) {
	i, ok := v.(int64)
	if !ok {
		c.wrong(path, n, "an integer", v)
		return
	}
	z := reflect.New(t).Elem()
	switch {
	case z.CanInt() && z.OverflowInt(i), z.CanUint() && i >= 0 && z.OverflowUint(uint64(i)):
		c.add(n, "%s is out of range: %d", path, i)
	case z.CanUint() && i < 0:
		c.add(n, "%s must not be negative", path)
	}
}

// childOf returns the node of a key; n itself if the index has none, so that an
// error always has a place.
func (c *checker) childOf(n *node, key string) *node {
	if child := n.child(key, -1); child != nil {
		return child
	}
	return n
}

func (c *checker) unknown(path, key string, n *node, known []string) {
	e := c.file.at(n.key, "unknown key %s", strconv.Quote(key))
	switch near := Nearest(key, known); {
	case near != "":
		e.Remedy = fmt.Sprintf("did you mean %q?", near)
	case len(known) > 0:
		where := "here"
		if path != "" {
			where = "in " + path
		}
		e.Remedy = fmt.Sprintf("keys known %s: %s", where, strings.Join(known, ", "))
	}
	c.errs = append(c.errs, e)
}

func (c *checker) wrong(path string, n *node, want string, v any) {
	c.add(n, "%s must be %s, not %s", path, want, kindOf(v))
}

func (c *checker) add(n *node, format string, args ...any) {
	c.errs = append(c.errs, c.file.at(n.start, format, args...))
}

// kindOf names the type of a decoded TOML value.
func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case int64:
		return "an integer"
	case float64:
		return "a floating-point number"
	case bool:
		return "a boolean"
	case time.Time:
		return "a date or time"
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "an array of tables"
	}
	return "an array"
}

// fields returns the types of a struct's fields by the keys that they take.
func fields(t reflect.Type) map[string]reflect.Type {
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			maps.Copy(known, fields(f.Type))
		case name == "":
			known[f.Name] = f.Type
		default:
			known[name] = f.Type
		}
	}
	return known
}
