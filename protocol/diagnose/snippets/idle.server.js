const { Server } = require("socket.io");

// a heartbeat more often than the shortest time-out in the path; 25 s is the default
const io = new Server(3000, { pingInterval: 20000, pingTimeout: 20000 });
