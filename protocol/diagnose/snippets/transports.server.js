const { Server } = require("socket.io");

const io = new Server(3000, { transports: ["polling", "websocket"], allowUpgrades: true });
