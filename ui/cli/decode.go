package cli

import (
	"context"

	"sioscope/internal/decodecmd"
)

func (p *Program) decodeVerb() verb {
	return verb{
		name: "decode", arguments: "[flags] DATA...",
		about: "reads bytes given as arguments, or on standard input, as packets",
		run: func(_ context.Context, args []string) int {
			return decodecmd.Run(args, p.Stdin, p.Stdout, p.Stderr)
		},
	}
}
