package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/capture/har"
	"sioscope/protocol/session"
)

// known says why the panel's parts are not where they were when this was written.
const known = `Promise.all([import('devtools://devtools/bundled/panels/network/network.js'), import('devtools://devtools/bundled/models/logs/logs.js')])
	.then(([n, l]) => n.NetworkPanel && l.NetworkLog ? '' : 'no panel', e => String(e))`

// imports loads a HAR as the panel's import button does, and tells what the panel then has.
const imports = `(async () => {
	await new Promise(shown => { const look = setInterval(() => document.body.innerText.length > 100 && (clearInterval(look), shown()), 20) })
	const text = HAR, entries = JSON.parse(text).log.entries.length
	const {NetworkPanel} = await import('devtools://devtools/bundled/panels/network/network.js')
	const {NetworkLog} = await import('devtools://devtools/bundled/models/logs/logs.js')
	const log = NetworkLog.NetworkLog.instance()
	const view = NetworkPanel.NetworkPanel.instance().networkLogView
	const loaded = new Promise((done, failed) => {
		view.harLoadFailed = failed
		const look = setInterval(() => log.requests().length >= entries && (clearInterval(look), done()), 20)
	})
	await view.onLoadFromFile(new File([text], 'sioscope.har'))
	await loaded
	return log.requests().map(r => ({url: r.url(), status: r.statusCode, type: r.resourceType().name(),
		frames: r.resourceType().name() === 'websocket' ? r.frames().map(f => ({type: f.type, text: f.text, time: f.time, opcode: f.opCode})) : []}))
})()`

// TestChromeImports has Chromium's network panel import what is written of recordings.
func TestChromeImports(t *testing.T) {
	tab := NewTab(t)
	tab.Open("devtools://devtools/bundled/devtools_app.html?panel=network")
	why := ""
	if tab.Eval(known, &why); why != "" {
		t.Skip("the DevTools of this Chromium are built in another way: " + why)
	}
	for _, name := range []string{"nginx-iphash-v4", "direct-v2", "msgpack-v4", "ws-503", "namespaces"} {
		files, err := filepath.Glob(filepath.Join("../recordings/testdata", name, "capture.pcap*"))
		if err != nil || len(files) == 0 {
			t.Fatal(name, err)
		}
		tracker := new(session.Tracker)
		var out bytes.Buffer
		w := har.NewWriter(&out, har.WriteOptions{})
		source := capture.Files{Inputs: []capture.Input{{Path: files[0]}}}
		if err := source.Run(context.Background(), w.Add); err != nil {
			t.Fatal(err)
		}
		if err := source.Run(context.Background(), tracker.Add); err != nil {
			t.Fatal(err)
		}
		tracker.Finish()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(out.String())
		if err != nil {
			t.Fatal(err)
		}
		var got []struct {
			URL, Type string
			Status    int
			Frames    []struct {
				Type, Text string
				Time       float64
				Opcode     int
			}
		}
		tab.Eval(strings.Replace(imports, "HAR", string(text), 1), &got)
		var upgrades, sockets, frames, polls int
		for _, e := range tracker.Exchanges {
			if e.Switched() {
				upgrades++
			}
		}
		for _, r := range got {
			switch {
			case r.Type == "websocket" && r.Status == 101:
				sockets++
				frames += len(r.Frames)
				for _, f := range r.Frames {
					if f.Time < 1e9 || f.Time > 1e10 || f.Type != "send" && f.Type != "receive" {
						t.Errorf("%s: a frame %+v", name, f)
					}
				}
			case strings.Contains(r.URL, "transport=polling") && r.Type == "xhr":
				polls++
			}
		}
		t.Logf("%s: %d requests, %d polls, %d WebSockets with %d messages", name, len(got), polls, sockets, frames)
		if sockets != upgrades || upgrades > 0 && frames == 0 || polls == 0 {
			t.Errorf("%s: %d WebSockets of %d, with %d messages; %d polls", name, sockets, upgrades, frames, polls)
		}
	}
}
