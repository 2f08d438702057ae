// Package decodecmd is the verb "sio decode": bytes given on the command line or standard input, shown as Engine.IO
// and Socket.IO packets. It opens no files and no connections, and masks nothing: it shows what it was given.
package decodecmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

const usage = `sio decode shows bytes as Engine.IO and Socket.IO packets.

usage: sio decode --eio 3|4 --transport TRANSPORT [flags] [TRANSPORT:]DATA...

Each DATA is one unit: an HTTP body, content coding removed, or one WebSocket message. Several are consecutive
messages of one direction, and a TRANSPORT: before one says how it came where that differs. Without DATA, standard
input is the unit, to the byte: printf '%s' … adds no newline. Nothing is masked: what is pasted is shown.

  --eio N           Engine.IO revision, the EIO parameter of the URL: 3 or 4
  --transport T     polling            a text body of long-polling
                    polling-binary     an application/octet-stream body (revision 3)
                    jsonp              a JSONP answer, or the form of a POST (--direction client-to-server)
                    websocket-text     a text message
                    websocket-binary   a binary message
                    webtransport       bytes of the stream (revision 4)
  --sio N           Socket.IO revision: 3 (1.0.0 to 1.0.2), 4 (1.0.3 to 2.x) or 5 (3.x and 4.x);
                    without it 4 with --eio 3, 5 with --eio 4, and data of another kind is no failure
  --direction D     server-to-client (default) or client-to-server
  --hex             DATA is hex digits, blanks allowed
  --format F        text (default) or json
  --double-utf8     text is UTF-8 encoded twice, as in long-polling of Socket.IO 1.x
  --max-payload N   webtransport: the longest packet allowed, in bytes

examples:
  sio decode --eio 4 --transport websocket-text '42/admin,13["hello",{"a":1}]'
  sio decode --eio 3 --transport polling '96:0{"sid":"…"}2:40'
  sio decode --eio 4 --transport websocket-text '451-["file",{"_placeholder":true,"num":0}]' websocket-binary:abc
  sio decode --eio 3 --transport polling-binary --hex '00 04 ff 34 e2 82 ac 01 05 ff 04 01 02 03 04'
  curl -s 'http://localhost:3000/socket.io/?EIO=4&transport=polling' | sio decode --eio 4 --transport polling

exit status: 0 decoded, 1 not all of it could be decoded, 2 bad usage
`

// Run decodes as args say and returns the exit status.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, data, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		io.WriteString(stdout, usage)
		return 0
	}
	var units []unit
	if err == nil {
		units, err = o.units(data, stdin)
	}
	if err != nil {
		fmt.Fprintf(stderr, "sio decode: %v (sio decode -h explains)\n", err)
		return 2
	}
	r := o.decode(units)
	if o.format == "json" {
		err = r.writeJSON(stdout)
	} else {
		err = r.writeText(stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "sio decode: writing the answer: %v\n", err)
		return 1
	case r.err != "" || r.sioErr != "" && o.sioGiven:
		return 1
	}
	return 0
}

// options are the flags.
type options struct {
	eio, sio   int
	sioGiven   bool
	transport  string
	toServer   bool
	hex        bool
	format     string
	doubleUTF8 bool
	maxPayload int
}

// transports are the words for --transport.
var transports = []string{"polling", "polling-binary", "jsonp", "websocket-text", "websocket-binary", "webtransport"}

// parse reads the flags, which may stand between and behind the data too, up to "--".
func parse(args []string) (o options, data []string, err error) {
	direction := ""
	fs := flag.NewFlagSet("sio decode", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.IntVar(&o.eio, "eio", 0, "")
	fs.IntVar(&o.sio, "sio", 0, "")
	fs.StringVar(&o.transport, "transport", "", "")
	fs.StringVar(&direction, "direction", "server-to-client", "")
	fs.BoolVar(&o.hex, "hex", false, "")
	fs.StringVar(&o.format, "format", "text", "")
	fs.BoolVar(&o.doubleUTF8, "double-utf8", false, "")
	fs.IntVar(&o.maxPayload, "max-payload", 0, "")
	for {
		if err := fs.Parse(args); err != nil {
			return o, nil, explain(err)
		}
		rest := fs.Args()
		if len(rest) == 0 {
			break
		}
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			data = append(data, rest...)
			break
		}
		data, args = append(data, rest[0]), rest[1:]
	}
	fs.Visit(func(f *flag.Flag) { o.sioGiven = o.sioGiven || f.Name == "sio" })
	return o, data, o.check(direction)
}

func explain(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	text := strings.ReplaceAll(err.Error(), "parse error", "not a number")
	if strings.HasPrefix(text, "flag provided but not defined") {
		text += "; before data that begins with a dash put --"
	}
	return errors.New(text)
}

func (o *options) check(direction string) error {
	switch direction {
	case "client-to-server", "out":
		o.toServer = true
	case "server-to-client", "in":
	default:
		return fmt.Errorf("--direction %s: it is client-to-server or server-to-client", direction)
	}
	switch {
	case o.eio == 0:
		return errors.New("--eio is missing: 3 or 4, as the EIO parameter of the URL")
	case o.eio != 3 && o.eio != 4:
		return fmt.Errorf("--eio %d: it is 3 or 4", o.eio)
	case o.sioGiven && (o.sio < 3 || o.sio > 5):
		return fmt.Errorf("--sio %d: it is 3, 4 or 5", o.sio)
	case o.format != "text" && o.format != "json":
		return fmt.Errorf("--format %s: it is text or json", o.format)
	case o.maxPayload < 0:
		return fmt.Errorf("--max-payload %d: it is 1 or more", o.maxPayload)
	}
	if !o.sioGiven {
		o.sio = o.eio + 1
	}
	return o.checkTransport(o.transport)
}

// checkTransport accepts "": each DATA may name its own.
func (o *options) checkTransport(t string) error {
	switch {
	case t == "":
	case !slices.Contains(transports, t):
		return fmt.Errorf("--transport %s: it is one of %s", t, strings.Join(transports, ", "))
	case t == "polling-binary" && o.eio != 3:
		return errors.New("polling-binary exists in Engine.IO 3 only: --eio 3, or --transport polling")
	case t == "webtransport" && o.eio != 4:
		return errors.New("webtransport exists in Engine.IO 4 only: --eio 4")
	}
	return nil
}
