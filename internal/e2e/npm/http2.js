// A Socket.IO server behind Node's own HTTP/2, with a page at /page that connects, tries to come to WebSocket, and leaves. Its only
// argument is JSON: pem, the file of certificate and key, and connect, whether its settings say that it takes an extended
// CONNECT (RFC 8441). Events go to standard output as those of serve.js do. It ends with its standard input.
'use strict';
const fs = require('fs');
const http2 = require('http2');

const config = JSON.parse(process.argv[2]);
const say = (event, fields) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n');
const pem = fs.readFileSync(config.pem);
const page = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script src="/socket.io/socket.io.js"></script><script>
const socket = io();
let connected = false, tried = false;
const leave = () => connected && tried && socket.emit('done', () => socket.disconnect());
socket.on('connect', () => { connected = true; leave(); });
for (const event of ['upgrade', 'upgradeError']) socket.io.engine.on(event, () => { tried = true; leave(); });
</script>`;

const server = http2.createSecureServer({ allowHTTP1: true, settings: { enableConnectProtocol: config.connect }, key: pem, cert: pem }, (request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(page);
});
const io = require('socket.io-4')(server);
io.engine.on('connection', (socket) => {
  say('open', { sid: socket.id, url: socket.request.url, eio: 4, transport: socket.transport.name });
  socket.on('upgrade', (transport) => say('upgrade', { sid: socket.id, transport: transport.name }));
  socket.on('close', (reason) => say('close', { sid: socket.id, transport: socket.transport.name, reason }));
});
io.on('connection', (socket) => socket.on('done', (answer) => {
  answer();
  socket.on('disconnect', () => say('left', {}));
}));
server.listen(0, '127.0.0.1', () => say('listening', { port: server.address().port }));
process.stdin.on('end', () => process.exit()).resume();
