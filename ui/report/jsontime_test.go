package report

import (
	"math"
	"testing"
	"time"
)

func TestJSONTime(t *testing.T) {
	t.Parallel()
	const day = int64(24 * time.Hour)
	var j jsonWriter // one for all: the date of the time before must not stay
	for _, ns := range []int64{
		1, -1, 999_999_999, 1e9, -1e9, day - 1, day, day + 1, -day, -day - 1,
		1767603600_123456789, 1767603600_123456789 + day, 1767603600_000000001, 951782400e9, 4107542399_999999999,
		math.MaxInt64, math.MinInt64,
	} {
		j.buf = j.buf[:0]
		j.appendTime(ns)
		if got, want := string(j.buf), time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000000000Z"); got != want {
			t.Errorf("%d: %s, want %s", ns, got, want)
		}
	}
}
