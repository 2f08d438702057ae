const http2 = require("node:http2");
const fs = require("node:fs");
const { Server } = require("socket.io");

// no enableConnectProtocol: then browsers open an HTTP/1.1 connection for the WebSocket, which allowHTTP1 serves
const server = http2.createSecureServer({
  allowHTTP1: true,
  key: fs.readFileSync("key.pem"),
  cert: fs.readFileSync("cert.pem"),
});
const io = new Server(server);
server.listen(443);
