// One Socket.IO server, or with workers a cluster of them. Its only argument is JSON, what Options in ../node.go says;
// what happens in it goes to standard output as JSON lines, what Event in ../event.go says. It ends with its standard
// input.
'use strict';
const cluster = require('cluster');
const http = require('http');

const config = JSON.parse(process.argv[2]);
if (cluster.isWorker) config.name = process.env.NODE_OF_CLUSTER;
const say = (event, fields) => process.stdout.write(JSON.stringify({ event, node: config.name, ...fields }) + '\n');

if (config.workers && cluster.isPrimary) {
  require('./cluster')(config, say);
  return;
}

const options = { ...config.engine };
if (config.forbid) {
  options.allowRequest = (request, decide) => decide(config.forbid, false);
}

const nothing = (request, response) => {
  if (config.page && request.url === '/page') {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(config.page);
    return;
  }
  response.writeHead(404, { 'Content-Type': 'text/plain' });
  response.end('nothing here\n');
};
// Over TLS, HTTP/2 and 1.1. Where extended CONNECT (RFC 8441) is offered, what comes of it is Node.js's own affair.
const server = config.tls
  ? require('http2').createSecureServer({ ...config.tls, allowHTTP1: true, settings: { enableConnectProtocol: !config.tls.noConnect } }, nothing)
  : http.createServer(nothing);
if (config.keepAlive) server.keepAliveTimeout = config.keepAlive;
const io = require('socket.io-' + config.version)(server, options);
// The primary is to read what follows the 101, see cluster.js: a worker that is busy does not.
if (config.lossy) server.on('upgrade', () => { const until = Date.now() + config.lossy; while (Date.now() < until); });
if (config.rival) rival(config.rival);
if (config.redis) share(io, config.redis);

// Each request as it reached this process, whatever becomes of it: Engine.IO's own listeners come second.
server.prependListener('request', (request, response) => {
  if (config.header) response.setHeader(config.header, config.name);
  response.on('finish', () => say('request', { method: request.method, url: request.url, status: response.statusCode,
    port: request.socket.remotePort }));
});
// Node.js takes an upgrade for a plain request where nobody listens for one.
if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', (request, socket) => {
  say('upgrade-request', { url: request.url, port: socket.remotePort });
  if (config.crash) process.kill(process.pid, 'SIGKILL');
});
if (config.header) io.engine.on('headers', (headers) => { headers[config.header] = config.name; });
io.engine.on('connection_error', (error) => say('refused', { code: error.code, message: error.message }));

io.engine.on('connection', (socket) => {
  const query = new URL(socket.request.url, 'http://node').searchParams;
  say('open', { sid: socket.id, url: socket.request.url, eio: Number(query.get('EIO')), transport: socket.transport.name });
  socket.on('upgrade', (transport) => say('upgrade', { sid: socket.id, transport: transport.name }));
  socket.on('close', (reason) => say('close', { sid: socket.id, transport: socket.transport.name, reason }));
});

// engine is the Engine.IO session that a Socket.IO socket lives on.
const engine = (socket) => socket.conn.id;

// refuse is Socket.IO's own refusal, after Engine.IO has opened a session: a token that is not the right one.
const refuse = (socket, next) => {
  const token = (socket.handshake.auth || {}).token || socket.handshake.query.token;
  next(token === config.token ? undefined : new Error('not authorized'));
};

for (const name of ['/', '/chat']) {
  const namespace = io.of(name);
  if (config.token) namespace.use(refuse);
  namespace.on('connection', (socket) => {
    const log = (name, args) => say('received', { sid: engine(socket), namespace: namespace.name, name, args });
    say('connect', { sid: engine(socket), namespace: namespace.name, id: socket.id });
    socket.emit('hello', { node: config.name });
    socket.on('disconnect', (reason) => say('disconnect', { sid: engine(socket), namespace: namespace.name, reason }));
    socket.on('echo', (...args) => {
      const ack = args[args.length - 1];
      if (typeof ack !== 'function') {
        log('echo', args);
        socket.emit('echo', ...args);
        return;
      }
      args.pop();
      log('echo', args);
      ack(...args);
    });
    // send-binary LENGTH: that many bytes, 0, 1, 2 and so on, come back.
    socket.on('send-binary', (length) => {
      log('send-binary', [length]);
      socket.emit('binary', Buffer.from(Array.from({ length }, (_, i) => i & 255)), { length });
    });
    socket.on('join', (room, ack) => { socket.join(room); log('join', [room]); if (ack) ack(room); });
    socket.on('say', (room, text) => { log('say', [room, text]); namespace.to(room).emit('said', room, text); });
    // stall MS: nothing else is done for so long.
    socket.on('stall', (ms) => { log('stall', [ms]); const until = Date.now() + ms; while (Date.now() < until); });
    socket.on('leave-me', () => { log('leave-me', []); socket.disconnect(true); });
  });
}

if (cluster.isWorker) {
  process.on('message', ({ mark }) => { if (mark) process.send({ marked: mark }); });
  if (config.sticky) {
    require('@socket.io/sticky').setupWorker(io);
    process.send({ ready: true });
    return;
  }
} else {
  // A line of standard input is a mark: whoever reads it back has read everything before it.
  require('readline').createInterface({ input: process.stdin })
    .on('line', (id) => say('mark', { id }))
    .on('close', () => process.exit());
}
server.listen(config.port || Number(process.env.PORT_OF_CLUSTER) || 0, '127.0.0.1', () => {
  if (cluster.isWorker) process.send({ ready: true, port: server.address().port });
  else say('listening', { port: server.address().port });
});

// rival is a second handler of upgrades on the same server, as a library for live reload brings one.
function rival(path) {
  const { WebSocketServer } = require('ws');
  if (!config.apart) {
    const other = new WebSocketServer(path === '*' ? { server } : { server, path });
    other.on('connection', (socket) => socket.on('error', () => {})); // of frames that it cannot read
    return;
  }
  const other = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url.startsWith(path)) other.handleUpgrade(request, socket, head, () => {});
  });
}

// share lets nodes pass messages to each other over Redis.
async function share(io, port) {
  const pub = require('redis').createClient({ url: 'redis://127.0.0.1:' + port });
  const sub = pub.duplicate();
  await Promise.all([pub.connect(), sub.connect()]);
  io.adapter(require('@socket.io/redis-adapter').createAdapter(pub, sub));
}
