// Package dial is a Socket.IO client of our own: Engine.IO 3 and 4, over polling and WebSocket, as socket.io-client
// runs it. Its connections are tapped, so that its sessions are seen exactly as sniffed ones are: this package builds no
// facts itself.
//
// It goes only where it was pointed: redirects are told and not followed. What a server may make it keep, wait for or
// repeat is bounded, and everything ends with the context.
package dial
