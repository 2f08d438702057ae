package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"sioscope/capture/tlskeys"
	"sioscope/internal/bench"
	"sioscope/protocol/conn"
)

// decrypting prints how fast TLS is read with its keys: the records alone, without what is before and behind them.
func (r *reporter) decrypting(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\ndecrypting TLS, bytes of content to a record\t16,384, MB/s\t1,000, MB/s\t\n")
	for _, s := range bench.Suites() {
		var speeds [2]float64
		for i, size := range [...]int{16384, 1000} {
			talk, err := bench.NewTLS(s, size, r.tls)
			if err != nil {
				return err
			}
			c, err := r.repeat(func() (cost, error) { return decrypt(talk) })
			if err != nil {
				return err
			}
			speeds[i] = float64(talk.Bytes) / 1e6 / c.cpu.Seconds()
		}
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t\n", bench.SuiteName(s), speeds[0], speeds[1])
	}
	return t.Flush()
}

// decrypt reads a connection once.
func decrypt(talk *bench.TLS) (cost, error) {
	keys := new(tlskeys.Keys)
	keys.AddLog([]byte(talk.KeyLog))
	d := keys.Decrypter()
	before, n := cpuTime(), 0
	for _, p := range talk.Pieces {
		d.Decrypt(p, func(p conn.Piece) { n += len(p.Data) })
	}
	if n != talk.Content {
		return cost{}, fmt.Errorf("decrypting: %d bytes, want %d: %s", n, talk.Content, d.State().Reason)
	}
	return cost{cpu: cpuTime() - before}, nil
}
