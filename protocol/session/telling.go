package session

// tell writes what was found into the Tracker, where it is another than before. Nobody finds a number in it that is none
// of Nodes: more nodes are there before those whom they answered, and fewer only after them.
func (n *naming) tell(write func(change func())) {
	t := n.t
	nodes := func() {
		t.Nodes, t.Restarts, t.Signals, t.past = n.nodes, n.restarts, n.signals, n.past
	}
	more := len(n.nodes) >= len(t.Nodes)
	if more {
		write(nodes)
	}
	for list := range stretches(n.sessions(), one) {
		write(func() {
			for _, s := range list {
				s.Node, s.NodeBasis = s.told.node, s.told.basis
			}
		})
	}
	for list := range stretches(n.exchanges(), one) {
		write(func() {
			for _, e := range list {
				e.Node, e.WrongNode, e.Crossed = e.told.node, e.told.wrong, e.told.crossed
			}
		})
	}
	for list := range stretches(n.silences, one) {
		write(func() {
			for _, q := range list {
				q.exchange.Silence, q.exchange.Unanswered = q.silence, q.unanswered
			}
		})
	}
	if !more {
		write(nodes)
	}
}

// sessions are those of which something else was found than is told.
func (n *naming) sessions() (list []*Session) {
	for _, s := range n.t.Sessions {
		if s.told != (origin{s.Node, s.NodeBasis}) {
			list = append(list, s)
		}
	}
	return list
}

// exchanges are those of which something else was found than is told.
func (n *naming) exchanges() (list []*Exchange) {
	for _, e := range n.t.Exchanges {
		if e.told != (answerer{e.Node, e.WrongNode, e.Crossed}) {
			list = append(list, e)
		}
	}
	return list
}
