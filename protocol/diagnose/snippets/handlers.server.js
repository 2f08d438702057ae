const http = require("node:http");
const { Server } = require("socket.io");
const { WebSocketServer } = require("ws");

const server = http.createServer();
const io = new Server(server, { destroyUpgrade: false });
const other = new WebSocketServer({ noServer: true });    // not { server }: that would take every upgrade

server.on("upgrade", (req, socket, head) => {
  if (req.url.startsWith("/other")) {
    other.handleUpgrade(req, socket, head, (ws) => other.emit("connection", ws, req));
  }
});
server.listen(3000);
