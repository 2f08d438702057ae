package stream

// A list is a ring of elems through a root of its own, so that one can be taken out without knowing its list.
type list struct{ root elem }

// An elem is a place in a list. It is out of every list when next is nil.
type elem struct {
	prev, next *elem
	conn       *Conn
}

func (l *list) init() { l.root.prev, l.root.next = &l.root, &l.root }

// first is nil where the list is empty.
func (l *list) first() *elem {
	if l.root.next == &l.root {
		return nil
	}
	return l.root.next
}

// push puts e at the end, out of whatever list it was in.
func (l *list) push(e *elem) {
	e.remove()
	e.prev, e.next = l.root.prev, &l.root
	e.prev.next, e.next.prev = e, e
}

func (e *elem) remove() {
	if e.next == nil {
		return
	}
	e.prev.next, e.next.prev = e.next, e.prev
	e.prev, e.next = nil, nil
}
