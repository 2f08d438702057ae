// vite.config.js: the development server passes WebSocket on only when told to
export default {
  server: {
    proxy: {
      "/socket.io/": { target: "http://localhost:3000", ws: true },
    },
  },
};
