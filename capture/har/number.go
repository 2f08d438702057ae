package har

import (
	"math"
	"strconv"
	"strings"
	"time"
)

const unknown = -1 // of a duration

// scaled reads a decimal number times scale (1e6: milliseconds to ns) without the rounding of a float. ok is false for
// what is no number or does not fit.
func scaled(text []byte, scale int64) (n int64, ok bool) {
	s := strings.TrimSpace(string(text))
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.ContainsAny(s, "eE") || len(whole) > 18 || whole == "" {
		return scaledFloat(s, scale)
	}
	w, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || w > math.MaxInt64/scale-1 || w < math.MinInt64/scale+1 {
		return 0, false
	}
	n = w * scale
	negative := whole[0] == '-'
	for _, c := range fraction {
		if scale /= 10; scale == 0 {
			break
		}
		if c < '0' || c > '9' {
			return 0, false
		}
		if d := int64(c-'0') * scale; negative {
			n -= d
		} else {
			n += d
		}
	}
	return n, true
}

func scaledFloat(s string, scale int64) (int64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	f *= float64(scale)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 9e18 {
		return 0, false
	}
	return int64(f), true
}

// duration reads milliseconds; what is negative or no number is unknown.
func duration(text []byte) int64 {
	n, ok := scaled(text, 1e6)
	if !ok || n < 0 {
		return unknown
	}
	return n
}

// The times that a log of requests may hold; what lies outside is no time.
const (
	earliest = 0
	latest   = int64(4102444800e9) // 2100
)

// moment reads an ISO 8601 time. Zones are as RFC 3339 has them, or without the colon, or missing (UTC).
func moment(text []byte) (ns int64, ok bool) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"} {
		t, err := time.Parse(layout, string(text))
		if err != nil {
			continue
		}
		if y := t.Year(); y < 1970 || y >= 2100 {
			return 0, false
		}
		if ns = t.UnixNano(); ns > earliest {
			return ns, true
		}
	}
	return 0, false
}

// socketTime reads the time of a WebSocket message: seconds (Chrome, mitmproxy), milliseconds (Playwright; a number
// above 1e11), or an ISO 8601 time. ok is false where it is none, -1 included.
func socketTime(v value) (ns int64, ok bool) {
	if v.quoted {
		if ns, ok = moment(v.text); ok {
			return ns, true
		}
	}
	ns, ok = scaled(v.text, 1e9)
	if !ok { // more seconds than there are
		ns, ok = scaled(v.text, 1e6)
	}
	return ns, ok && ns > earliest && ns < latest
}
