const { Server } = require("socket.io");

// on every node; "*" is not allowed together with credentials
const io = new Server(3000, {
  cors: { origin: ["https://app.example.com"], credentials: true },
});
