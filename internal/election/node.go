package election

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is a JSON value with the line that it stands on, so that a fault can name its place.
type node struct {
	line       int
	start, end int      // the bytes of the value in its file
	kind       byte     // '{', '[', '"', '0' (number), 't' (true, false), 'n' (null)
	text       string   // string value or number literal
	keys       []string // object: keys in file order
	fields     map[string]*node
	items      []*node
}

// maxDepth bounds the nesting of a pack's JSON: the deepest real value has seven levels.
const maxDepth = 32

// find walks a path such as "elements[1].text.en" and returns the deepest node on it that exists.
func (n *node) find(path string) *node {
	at := n
	for path != "" {
		path = strings.TrimPrefix(path, ".")
		var next *node
		if rest, ok := strings.CutPrefix(path, "["); ok {
			num, after, _ := strings.Cut(rest, "]")
			if i, err := strconv.Atoi(num); err == nil && i >= 0 && i < len(at.items) {
				next = at.items[i]
			}
			path = after
		} else {
			cut := strings.IndexAny(path, ".[")
			if cut < 0 {
				cut = len(path)
			}
			next = at.fields[path[:cut]]
			path = path[cut:]
		}
		if next == nil {
			return at
		}
		at = next
	}
	return at
}

// jsonReader turns the bytes of one file into nodes.
type jsonReader struct {
	data  []byte
	dec   *json.Decoder
	lines []int // offset of each line's first byte
	dup   []dupKey
}

// dupKey is an object key that stands twice: encoding/json would silently take the last one.
type dupKey struct {
	line int
	key  string
}

// errAt is a fault of the JSON text itself.
type errAt struct {
	line    int
	problem string
}

func (e errAt) Error() string { return e.problem }

// parseJSON reads one whole JSON value.
func parseJSON(data []byte) (*node, []dupKey, error) {
	r := &jsonReader{data: data, lines: []int{0}}
	for i, c := range data {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return nil, nil, errAt{1, "starts with a byte order mark: save the file as plain UTF-8"}
	}
	if !utf8.Valid(data) {
		return nil, nil, errAt{r.lineAt(firstInvalid(data)), "is not valid UTF-8"}
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		var syn *json.SyntaxError
		if errors.As(err, &syn) {
			return nil, nil, errAt{r.lineAt(int(syn.Offset) - 1), "is not JSON: " + syn.Error()}
		}
		return nil, nil, errAt{1, "is not JSON: " + err.Error()}
	}
	r.dec = json.NewDecoder(bytes.NewReader(data))
	r.dec.UseNumber()
	n, err := r.value(0)
	return n, r.dup, err
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// lineAt is the line, from 1, of a byte offset.
func (r *jsonReader) lineAt(offset int) int {
	return max(1, sort.SearchInts(r.lines, offset+1))
}

func (r *jsonReader) value(depth int) (*node, error) {
	tok, err := r.dec.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errAt{1, "is empty"}
		}
		return nil, errAt{r.lineAt(int(r.dec.InputOffset())), "is not JSON: " + err.Error()}
	}
	end := int(r.dec.InputOffset())
	n := &node{end: end}
	switch v := tok.(type) {
	case json.Delim:
		n.kind, n.start = byte(v), end-1
		n.line = r.lineAt(n.start)
		if depth >= maxDepth {
			return nil, errAt{n.line, fmt.Sprintf("is nested deeper than %d levels", maxDepth)}
		}
		if v == '{' {
			return n, r.object(n, depth)
		}
		return n, r.array(n, depth)
	case string:
		n.kind, n.text = '"', v
	case json.Number:
		n.kind, n.text = '0', v.String()
	case bool:
		n.kind, n.text = 't', strconv.FormatBool(v)
	default:
		n.kind = 'n'
	}
	n.line = r.lineAt(end - 1)
	n.start = n.end // only objects and arrays are decoded on their own
	return n, nil
}

func (r *jsonReader) object(n *node, depth int) error {
	n.fields = map[string]*node{}
	for r.dec.More() {
		tok, err := r.dec.Token()
		if err != nil {
			return errAt{n.line, "is not JSON: " + err.Error()}
		}
		key, _ := tok.(string)
		line := r.lineAt(int(r.dec.InputOffset()) - 1)
		child, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		if _, twice := n.fields[key]; twice {
			r.dup = append(r.dup, dupKey{line, key})
			continue
		}
		n.keys = append(n.keys, key)
		n.fields[key] = child
	}
	return r.close(n)
}

func (r *jsonReader) array(n *node, depth int) error {
	for r.dec.More() {
		child, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, child)
	}
	return r.close(n)
}

func (r *jsonReader) close(n *node) error {
	if _, err := r.dec.Token(); err != nil {
		return errAt{n.line, "is not JSON: " + err.Error()}
	}
	n.end = int(r.dec.InputOffset())
	return nil
}
