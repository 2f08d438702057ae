import { io } from "socket.io-client";

const socket = io("https://socket.example.com", { withCredentials: true });
