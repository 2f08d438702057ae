const { Server } = require("socket.io");

// the same path on both sides: io("https://example.com", { path: "/socket.io/" })
const io = new Server(3000, { path: "/socket.io/" });
