// The primary process of a cluster of Node.js: its workers are servers of their own behind one port.
'use strict';
const cluster = require('cluster');
const http = require('http');
const readline = require('readline');

module.exports = (config, say) => {
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const listening = (port) => say('listening', { port });
  const ready = [];
  const marks = {};
  cluster.on('message', (worker, message) => {
    if (message.ready) {
      say('ready');
      ready.push(message.port);
      if (ready.length !== config.workers) return; // not all yet, or one that takes the place of another
      if (!config.sticky) { listening(message.port); return; }
      const server = http.createServer();
      require('@socket.io/sticky').setupMaster(server, { loadBalancingMethod: config.sticky });
      server.listen(0, '127.0.0.1', () => listening(server.address().port));
    }
    if (message.marked && ++marks[message.marked] === config.workers) say('mark', { id: message.marked });
  });
  const work = (name) => {
    // With its last worker the primary gives the port up.
    const port = Object.keys(cluster.workers).length === 0 && ready[0];
    const worker = cluster.fork({ NODE_OF_CLUSTER: name, PORT_OF_CLUSTER: port || 0 });
    worker.on('exit', () => work(name));
    handOn(worker.process, config.lossy);
  };
  for (let i = 0; i < config.workers; i++) work('node-' + String.fromCharCode(97 + i));

  readline.createInterface({ input: process.stdin })
    .on('line', (mark) => {
      marks[mark] = 0;
      for (const worker of Object.values(cluster.workers)) worker.send({ mark });
    })
    .on('close', () => process.exit());
};

// handOn is how @socket.io/sticky's connections go to a worker. Node.js goes on reading a connection that it gave away until
// the worker has confirmed it, and what it reads is gone (nodejs/node#8353). So it stops reading; or, where a WebSocket's
// first frame is to be lost, it hears of each confirmation so many milliseconds late, as on a machine that is busy.
function handOn(worker, lossy) {
  const { _send: send, emit } = worker;
  worker._send = function (message, socket, options, ...rest) {
    if (!lossy && socket && socket._handle && !(options && options.keepOpen)) socket._handle.readStop();
    return send.call(this, message, socket, options, ...rest);
  };
  if (lossy) worker.emit = function (event, message, ...rest) {
    if (event !== 'internalMessage' || message.cmd !== 'NODE_HANDLE_ACK') return emit.call(this, event, message, ...rest);
    setTimeout(() => emit.call(this, event, message, ...rest), lossy);
    return true;
  };
}
