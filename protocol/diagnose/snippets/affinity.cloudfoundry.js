// gorouter pins a client to an instance once the application sets JSESSIONID
const { randomUUID } = require("node:crypto");

io.engine.on("initial_headers", (headers) => {
  headers["set-cookie"] = `JSESSIONID=${randomUUID()}; Path=/; HttpOnly`;
});
