# instead of pm2; the worker calls io.adapter(createAdapter()) of @socket.io/cluster-adapter and setupWorker(io) of @socket.io/sticky
npm uninstall --global pm2
npm install --global @socket.io/pm2
pm2 start worker.js --instances 4
