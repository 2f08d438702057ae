import { io } from "socket.io-client";

// both transports are the default: no "transports", no "upgrade: false"
const socket = io("https://example.com");
