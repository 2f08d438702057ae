package timeline

// MaxTracks is how many requests of a connection are drawn below each other; HTTP/2 may have more under way at once.
const MaxTracks = 6

// trackPitch is the distance between the tracks of a lane, in dp.
const trackPitch = 20

// tracks are the places below each other in a lane, and when each of them is free again.
type tracks struct {
	free [MaxTracks]int64
	n    int
}

func newTracks(n int) tracks { return tracks{n: min(max(n, 1), MaxTracks)} }

// take gives the first place that is free at from, or the one that is free next, and keeps it until to.
func (t *tracks) take(from, to int64) int {
	best := 0
	for i := range t.n {
		if t.free[i] <= from {
			best = i
			break
		}
		if t.free[i] < t.free[best] {
			best = i
		}
	}
	t.free[best] = max(t.free[best], to)
	return best
}
