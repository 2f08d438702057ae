// Real Socket.IO clients, driven by JSON lines on standard input, what Command in ../client.go says; what they see goes
// to standard output as JSON lines, what Event in ../event.go says. Its only argument is the major version. It ends with
// its standard input. Bytes are {"$bytes": "base64"} both ways.
'use strict';
const readline = require('readline');
const connect = require('socket.io-client-' + process.argv[2]);

const say = (event, fields) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n');
const sockets = {};

const packed = (value) => {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(packed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packed(inner)]));
};
const unpacked = (value) => {
  if (Array.isArray(value)) return value.map(unpacked);
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.$bytes === 'string') return Buffer.from(value.$bytes, 'base64');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpacked(inner)]));
};

// listen hears every event of a socket: version 2 has no onAny.
const listen = (socket, heard) => {
  if (socket.onAny) {
    socket.onAny((name, ...args) => heard(name, args));
    return;
  }
  const onevent = socket.onevent;
  socket.onevent = function (packet) {
    heard(packet.data[0], packet.data.slice(1).filter((arg) => typeof arg !== 'function'));
    onevent.call(this, packet);
  };
};

const commands = {
  connect({ client, url, options }) {
    // As browsers do, and Node.js's XMLHttpRequest does not: connections are used again.
    if (options && options.agent === 'keep-alive') options.agent = new (require('http').Agent)({ keepAlive: true });
    const socket = connect(url, { forceNew: true, ...options });
    sockets[client] = socket;
    const engine = () => socket.io.engine;
    socket.on('connect', () => say('connect', { client, sid: engine().id, id: socket.id, transport: engine().transport.name }));
    socket.on('connect_error', (error) => say('connect_error', { client, message: String(error.message || error) }));
    socket.on('error', (error) => say('connect_error', { client, message: String(error.message || error) }));
    socket.on('disconnect', (reason) => say('disconnect', { client, reason }));
    listen(socket, (name, args) => say('received', { client, name, args: packed(args) }));
    const watch = () => {
      engine().on('upgrade', (transport) => say('upgrade', { client, sid: engine().id, transport: transport.name }));
      engine().on('upgradeError', (error) => say('upgrade_error', { client, message: String(error.message || error) }));
    };
    if (engine()) watch();
    socket.io.on('reconnect_attempt', () => setImmediate(() => engine() && watch()));
  },
  emit({ client, name, args, ack }) {
    const sent = unpacked(args || []);
    if (ack) sent.push((...answer) => say('ack', { client, name, args: packed(answer) }));
    sockets[client].emit(name, ...sent);
  },
  disconnect({ client }) { sockets[client].disconnect(); },
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => { const command = JSON.parse(line); commands[command.do](command); })
  .on('close', () => process.exit());
