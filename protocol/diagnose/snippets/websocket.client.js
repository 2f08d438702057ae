import { io } from "socket.io-client";

const socket = io("https://example.com", { transports: ["websocket"] });
