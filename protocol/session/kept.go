package session

const chunkSize = 1 << 20

// kept is an arena of payload bytes: appended to, never moved, freed as a whole or by chunks, the oldest first.
type kept struct {
	chunks [][]byte // nil where forgotten
	pieces []int32  // how many packets each chunk has something of, parallel to chunks
	oldest int      // the first that is not forgotten
	total  int64
}

// put copies p, or nothing where all would be more than most, and says whether it is all of p.
func (k *kept) put(p []byte, most int64) (r Ref, whole bool) {
	q := p[:min(len(p), chunkSize)]
	if len(q) == 0 {
		return Ref{}, len(p) == 0
	}
	if k.total+int64(len(q)) > most {
		return Ref{}, false
	}
	last := len(k.chunks) - 1
	if last < 0 || cap(k.chunks[last])-len(k.chunks[last]) < len(q) {
		k.chunks = append(k.chunks, make([]byte, 0, chunkSize))
		k.pieces = append(k.pieces, 0)
		last++
	}
	off := len(k.chunks[last])
	k.chunks[last] = append(k.chunks[last], q...)
	k.total += int64(len(q))
	return Ref{uint32(last), uint32(off), uint32(len(q))}, len(q) == len(p)
}

// forget lets go of the oldest chunk but for the one that is being filled, and says of how many packets that was.
func (k *kept) forget() (pieces int64, ok bool) {
	if k.oldest >= len(k.chunks)-1 {
		return 0, false
	}
	pieces = int64(k.pieces[k.oldest])
	k.total -= int64(len(k.chunks[k.oldest]))
	k.chunks[k.oldest] = nil
	k.oldest++
	return pieces, true
}

// keep keeps p, or a prefix of it, and says whether it is all of p. Where memory is bounded, older ones make room.
func (t *Tracker) keep(p []byte) (r Ref, whole bool) {
	limit, most := t.Options.MaxPayload, t.Options.MaxKept
	if limit == 0 {
		limit = 64 << 10
	}
	if most == 0 {
		most = 256 << 20
	}
	if t.Options.Memory > 0 {
		most = t.room()
		for t.kept.total+int64(min(len(p), limit)) > most {
			n, ok := t.kept.forget()
			if !ok {
				break
			}
			t.Freed.Payloads += n
		}
	}
	r, whole = t.kept.put(p[:min(len(p), limit)], most)
	return r, whole && len(p) <= limit
}

// keepPacket is keep for what a packet carried.
func (t *Tracker) keepPacket(p []byte) (r Ref, whole bool) {
	r, whole = t.keep(p)
	if r.Len > 0 {
		t.kept.pieces[r.Chunk]++
	}
	return r, whole
}

func (k *kept) get(r Ref) []byte {
	if r.Len == 0 || k.gone(r) {
		return nil
	}
	return k.chunks[r.Chunk][r.Off : r.Off+r.Len : r.Off+r.Len]
}

// gone says whether bytes were kept and are forgotten.
func (k *kept) gone(r Ref) bool { return r.Len > 0 && k.chunks[r.Chunk] == nil }

// interner keeps one copy of the strings that repeat in every request. Past its limit strings are just copied.
type interner map[string]string

func (i *interner) of(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := (*i)[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(s) > 512 || len(*i) >= 1<<14 {
		return s
	}
	if *i == nil {
		*i = interner{}
	}
	(*i)[s] = s
	return s
}

// same is of for what is a string already.
func (i *interner) same(v string) string {
	if s, ok := (*i)[v]; ok || v == "" {
		return s
	}
	return i.of([]byte(v))
}
