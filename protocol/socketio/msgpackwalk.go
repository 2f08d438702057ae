package socketio

// A MsgPackLeaf is a value of MessagePack that has no others in it.
type MsgPackLeaf struct {
	Top    string // the key, in the outermost map, of what it is in; "" where there is none
	Key    string // the key that it is the value of, itself or within an array; "" where there is none
	Text   bool   // it is a string
	Number bool
	IsKey  bool   // it is a map's key itself
	Body   []byte // of strings, bin and ext what they hold; of numbers their digits, of a short one the marker itself
}

// EachMsgPackLeaf calls use for every leaf of a packet of socket.io-msgpack-parser, in order. Body is part of p. It
// returns false, and may have called use, where p is no such packet.
func EachMsgPackLeaf(p []byte, use func(MsgPackLeaf)) bool {
	if !looksLikeMsgPack(p) {
		return false
	}
	w := leafWalker{reader: reader{p: p}, use: use}
	return w.value("", "", 0) && w.pos == len(p)
}

type leafWalker struct {
	reader
	use func(MsgPackLeaf)
}

// value walks one value.
func (w *leafWalker) value(top, key string, depth int) bool {
	start := w.pos
	m, ok := w.marker()
	if !ok || depth > maxDepth {
		return false
	}
	switch m.kind {
	case kindArray:
		for range m.n {
			if !w.value(top, key, depth+1) {
				return false
			}
		}
	case kindMap:
		for range m.n {
			if !w.pair(top, depth) {
				return false
			}
		}
	case kindString, kindBin, kindExt:
		w.use(MsgPackLeaf{Top: top, Key: key, Text: m.kind == kindString, Body: m.body})
	case kindInt, kindUint, kindFloat:
		w.use(MsgPackLeaf{Top: top, Key: key, Number: true, Body: w.p[min(start+1, w.pos-1):w.pos]})
	}
	return true
}

// pair walks a key and its value.
func (w *leafWalker) pair(top string, depth int) bool {
	k, ok := w.marker()
	if !ok || k.kind == kindArray || k.kind == kindMap {
		return false
	}
	if k.kind == kindString {
		w.use(MsgPackLeaf{Top: top, Text: true, IsKey: true, Body: k.body})
	}
	name := string(k.body)
	if depth == 0 {
		top = name
	}
	return w.value(top, name, depth+1)
}
