package convo

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sioscope/protocol/fact"
)

// A Play puts turns through a decoder, its end included, and gives the facts to emit.
type Play func(turns []Turn, emit fact.Emit)

// A Suite is a folder of conversations.
type Suite struct {
	Folder string
	Update bool // write what is wanted anew
	Whole  bool // do not play in splits: every section is a TCP segment
	Play   Play
}

// Run plays every conversation whole, byte by byte and in random splits, and compares the facts with those wanted.
func (s Suite) Run(t *testing.T) {
	folder := s.Folder
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations in %s (%v)", folder, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			s.run(t, name)
		})
	}
}

func (s Suite) run(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	turns, err := Parse(ar)
	if err != nil {
		t.Fatal(err)
	}
	got := Facts(turns, s.Play)
	if !s.Whole {
		CheckSplits(t, turns, got, s.Play)
	}
	last := len(ar.Files) - 1
	if last < 0 || ar.Files[last].Name != "want" {
		ar.Files = append(ar.Files, txtar.File{Name: "want"})
		last++
	}
	if want := string(ar.Files[last].Data); got == want {
		return
	} else if !s.Update {
		t.Fatalf("got:\n%s\nwant:\n%s", got, want)
	}
	ar.Files[last].Data = []byte(got)
	if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Facts plays turns and prints the facts, one a line.
func Facts(turns []Turn, play Play) string {
	var b strings.Builder
	play(turns, func(f fact.Fact) {
		b.WriteString(Print(f))
		b.WriteByte('\n')
	})
	return b.String()
}

// CheckSplits fails t unless the turns give the same facts byte by byte and in random pieces.
func CheckSplits(t *testing.T, turns []Turn, want string, play Play) {
	t.Helper()
	if got := Facts(split(turns, func(int) int { return 1 }), play); got != want {
		t.Fatalf("byte by byte:\n%s\nwhole:\n%s", got, want)
	}
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		pieces := split(turns, func(n int) int { return 1 + r.IntN(min(n, 1<<(1+r.IntN(10)))) })
		if got := Facts(pieces, play); got != want {
			t.Fatalf("split at random (seed %d):\n%s\nwhole:\n%s", seed, got, want)
		}
	}
}

// split cuts turns into pieces of the sizes that size gives for the bytes left. Pieces are copies, spoilt by nobody.
func split(turns []Turn, size func(left int) int) []Turn {
	var pieces []Turn
	for _, t := range turns {
		if t.Gap {
			pieces = append(pieces, t)
		}
		for data := bytes.Clone(t.Data); len(data) > 0; {
			n := size(len(data))
			piece := t
			piece.Data, data = data[:n:n], data[n:]
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// Encode packs turns for a fuzzer: two bytes each (direction, hole, high bits of the length; low bits), then the data.
func Encode(turns []Turn) []byte {
	var b []byte
	for _, t := range turns {
		n := len(t.Data)
		if t.Gap {
			n = int(t.Lost)
		}
		n = min(n, 1<<14-1)
		head := uint16(n) | uint16(t.Dir)<<15
		if t.Gap {
			head |= 1 << 14
		}
		b = binary.BigEndian.AppendUint16(b, head)
		if !t.Gap {
			b = append(b, t.Data[:n]...)
		}
	}
	return b
}

// Decode unpacks what Encode packed. Every input is something.
func Decode(b []byte) []Turn {
	var turns []Turn
	for i := int64(1); len(b) >= 2; i++ {
		head := binary.BigEndian.Uint16(b)
		b = b[2:]
		n := int(head & (1<<14 - 1))
		t := Turn{Dir: fact.Dir(head >> 15), At: i * 1e6}
		if head>>14&1 == 1 {
			t.Gap, t.Lost = true, int64(n)
		} else {
			n = min(n, len(b))
			t.Data, b = b[:n], b[n:]
		}
		turns = append(turns, t)
	}
	return turns
}

// Seeds adds the conversations in the folder to a fuzzer's corpus.
func Seeds(f *testing.F, folder string) {
	files, _ := filepath.Glob(filepath.Join(folder, "*.txt"))
	for _, name := range files {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		turns, err := Parse(ar)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(Encode(turns))
	}
}
