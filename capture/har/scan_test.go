package har

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestScalar holds strings against encoding/json, whatever the window.
func TestScalar(t *testing.T) {
	t.Parallel()
	for _, in := range []string{`""`, `"plain"`, `"quote \" and \\ and \/"`, `"\b\f\n\r\t"`, `"\u00e9\u20ac"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`,
		`"a\ud83d\u0041"`, `"ÿ€😀"`, `"` + strings.Repeat(`x\n`, 1000) + `"`, `"` + strings.Repeat(`\"`, 1000) + `"`} {
		var want string
		if err := json.Unmarshal([]byte(in), &want); err != nil {
			t.Fatal(in, err)
		}
		for window := 12; window < 40; window++ {
			s := newScanner(strings.NewReader(in+" ,"), window)
			v, err := s.scalar(1 << 20)
			if err != nil || string(v.text) != want || v.size != int64(len(want)) || v.cut() {
				t.Fatalf("%.60s in windows of %d: %.60q of %d, %v; want %.60q", in, window, v.text, v.size, err, want)
			}
			if c, err := s.peek(); c != ',' || err != nil {
				t.Fatalf("%.60s in windows of %d: %q follows, %v", in, window, c, err)
			}
			s = newScanner(strings.NewReader(in+" ,"), window)
			if v, err := s.scalar(5); err != nil || !strings.HasPrefix(want, string(v.text)) || len(v.text) > 5 || v.size != int64(len(want)) {
				t.Fatalf("%.60s cut: %q of %d, %v", in, v.text, v.size, err)
			}
		}
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`[{"a":`, 200_000) + "1" + strings.Repeat("}]", 200_000)
	for _, tt := range []struct {
		name, in string
		ok       bool
	}{
		{"number", "-1.5e3", true}, {"null", "null", true}, {"object", `{"a":[1,{"b":"}"}],"c":"\""}`, true},
		{"deep", deep, true}, {"open", `{"a":[1`, false}, {"open string", `"abc`, false}, {"nothing", "", false},
		{"comma", ",", false}, {"brace", "}", false}, {"control", "\x01", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScanner(strings.NewReader(tt.in), 64)
			err := s.skip()
			if (err == nil) != tt.ok {
				t.Fatalf("%v", err)
			}
			if err == nil && s.offset() != int64(len(tt.in)) {
				t.Errorf("ends at %d of %d", s.offset(), len(tt.in))
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want int64
		ok   bool
	}{
		{"1.5", 1_500_000, true}, {"84.50000000000001", 84_500_000, true}, {"0.000001", 1, true}, {"-1", -1_000_000, true},
		{"-0.5", -500_000, true}, {"1e3", 1_000_000_000, true}, {"", 0, false}, {"x", 0, false}, {"1.x", 0, false}, {"1e400", 0, false},
		{"99999999999999999999", 0, false}, {"NaN", 0, false},
	} {
		if got, ok := scaled([]byte(tt.in), 1e6); got != tt.want || ok != tt.ok {
			t.Errorf("%q: %d %v, want %d %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
	for _, tt := range []struct {
		in     string
		quoted bool
		want   int64
		ok     bool
	}{
		{"1795424400.5", false, 1795424400_500_000_000, true}, {"1795424400500", false, 1795424400_500_000_000, true},
		{"1795424400500.25", false, 1795424400_500_250_000, true}, {"-1", false, 0, false}, {"0", false, 0, false},
		{"2026-11-23T09:00:00.5Z", true, 1795424400_500_000_000, true}, {"1795424400", true, 1795424400_000_000_000, true},
		{"9e300", false, 0, false},
	} {
		got, ok := socketTime(value{text: []byte(tt.in), quoted: tt.quoted})
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: %d %v, want %d %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

// FuzzScan: what encoding/json takes is taken, as the same strings.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":"\ud83d\ude00"}`, `[1,2,{"b":null}]`, `"x"`, `{"":{"":[]}}`} {
		f.Add([]byte(s), 13)
	}
	f.Fuzz(func(t *testing.T, b []byte, window int) {
		s := newScanner(bytes.NewReader(b), 12+(window&0xFF))
		err := s.skip()
		if json.Valid(b) && err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		var want string
		if json.Unmarshal(b, &want) != nil || !bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte(`"`)) {
			return
		}
		s.seek(0)
		v, err := s.scalar(1 << 20)
		if got := strings.ToValidUTF8(string(v.text), "\uFFFD"); err != nil || strings.ReplaceAll(got, "\uFFFD", "") != strings.ReplaceAll(want, "\uFFFD", "") {
			t.Fatalf("%q: %q, %v; want %q", b, got, err, want)
		}
	})
}
