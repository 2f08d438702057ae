package capture

// succeed lets the streams of a capture go on in the file that continues it: tcpdump -C and -G, dumpcap -b and whoever
// stops a capture and starts it again write one capture as several files. A file whose first packet is no earlier than
// the last one of a file that is at its end, and that was made at the same place (has the same label), is such a
// continuation. Where it is none, no harm is done: a SYN opens a new connection on ports that were used before.
func (r *run) succeed(s *source) {
	at := s.packet.Time
	if s.half != nil {
		if s.half.first != 0 {
			return // it has decided for both
		}
		if s.heir {
			s = s.half
		}
	}
	var before *source
	for _, o := range r.sources {
		if o == s || o == s.half || !o.ended || o.have || o.heir || o.first == 0 || o.label != s.label || o.until() > at || o.half != nil && (!o.half.ended || o.half.have) {
			continue
		}
		if before == nil || o.last >= before.last {
			before = o
		}
	}
	if before == nil {
		return
	}
	s.streams, before.heir = before.streams, true
	if s.half != nil {
		s.half.streams = s.streams
	}
}
