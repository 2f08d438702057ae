const { Server } = require("socket.io");

// for HAProxy's "cookie io prefix": without this option there is no cookie io since version 3
const io = new Server(3000, { cookie: true });
