package timeline

import "slices"

// Kept are the sessions that a Keep shows, by their numbers. It is not changed once it is made, so that whoever has the same
// one has the same sessions. nil are all.
type Kept struct{ bits []uint64 }

// NewKept are the sessions with these numbers, in any order.
func NewKept(sessions []int32) *Kept {
	k := &Kept{}
	if len(sessions) == 0 {
		return k
	}
	k.bits = make([]uint64, slices.Max(sessions)/64+1)
	for _, i := range sessions {
		k.bits[i/64] |= 1 << (i % 64)
	}
	return k
}

// Has says whether a session is among them; -1, no session, is none.
func (k *Kept) Has(session int32) bool {
	if k == nil {
		return true
	}
	return session >= 0 && int(session/64) < len(k.bits) && k.bits[session/64]&(1<<(session%64)) != 0
}

// Same says whether o are the same sessions.
func (k *Kept) Same(o *Kept) bool {
	if k == nil || o == nil {
		return k == o
	}
	return slices.Equal(k.bits, o.bits)
}

// Since are the sessions that were not among those of before; grown is false where some of those are no more, or where one of
// both are all.
func (k *Kept) Since(before *Kept) (more []int32, grown bool) {
	if k == nil || before == nil || len(before.bits) > len(k.bits) {
		return nil, false
	}
	for w, bits := range k.bits {
		old := uint64(0)
		if w < len(before.bits) {
			old = before.bits[w]
		}
		if old&^bits != 0 {
			return nil, false
		}
		for fresh, i := bits&^old, int32(w*64); fresh != 0; fresh, i = fresh>>1, i+1 {
			if fresh&1 != 0 {
				more = append(more, i)
			}
		}
	}
	return more, true
}
