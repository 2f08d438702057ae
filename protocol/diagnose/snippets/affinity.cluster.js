const cluster = require("node:cluster");
const http = require("node:http");
const { Server } = require("socket.io");
const { setupMaster, setupWorker } = require("@socket.io/sticky");
const { createAdapter, setupPrimary } = require("@socket.io/cluster-adapter");

if (cluster.isPrimary) {
  const server = http.createServer();
  setupMaster(server, { loadBalancingMethod: "least-connection" });
  setupPrimary();
  cluster.setupPrimary({ serialization: "advanced" });
  server.listen(3000);
  for (let i = 0; i < 4; i++) cluster.fork();
} else {
  const io = new Server(http.createServer());
  io.adapter(createAdapter());
  setupWorker(io);
}
