// next.config.js: Next redirects /socket.io/ to /socket.io unless told not to
module.exports = {
  skipTrailingSlashRedirect: true,
};
