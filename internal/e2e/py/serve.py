# One python-socketio server, by itself or as the application "app" of gunicorn's workers. Its only argument, or the
# variable SERVE, is JSON, what Python in ../python.go says; what happens in it goes to standard output as JSON lines, what
# Event in ../event.go says. By itself it ends with its standard input.
import json
import os
import sys

config = json.loads(sys.argv[1] if __name__ == "__main__" else os.environ["SERVE"])
if config.get("mode") == "eventlet" and __name__ == "__main__":
    import eventlet

    eventlet.monkey_patch()

import engineio  # noqa: E402
import socketio  # noqa: E402


def say(event, **fields):
    name = config["name"] if __name__ == "__main__" else "worker-%d" % os.getpid()
    os.write(1, (json.dumps({"event": event, "node": name, **fields}) + "\n").encode())


def on_upgrade():
    """python-engineio has no event for it: what it writes down of it is watched."""

    def get(self):
        return self.__dict__.get("upgraded", False)

    def put(self, upgraded):
        self.__dict__["upgraded"] = upgraded
        if upgraded and getattr(self, "upgrading", False):
            say("upgrade", sid=self.sid, transport="websocket")

    engineio.socket.Socket.upgraded = property(get, put)


def opened(sid, environ):
    query = environ.get("QUERY_STRING", "")
    say("open", sid=sid, url="/socket.io/?" + query, eio=4,
        transport="websocket" if "transport=websocket" in query else "polling")


def serve_socketio(options):
    """The server of Socket.IO, with a handler of every event that npm/serve.js answers too."""
    if config.get("flask"):
        import flask
        import flask_socketio

        application = flask.Flask(__name__)
        sio = flask_socketio.SocketIO(application, **options).server
    else:
        sio = socketio.Server(**options)
        application = socketio.WSGIApp(sio)
    admit = sio._handle_eio_connect

    def on_connect(sid, environ):
        opened(sid, environ)
        return admit(sid, environ)

    sio.eio.on("connect", on_connect)

    @sio.event
    def connect(sid, environ, auth=None):
        say("connect", sid=sio.manager.eio_sid_from_sid(sid, "/"), namespace="/", id=sid)
        sio.emit("hello", {"node": config["name"]}, to=sid)

    @sio.event
    def echo(sid, *args):
        say("received", sid=sio.manager.eio_sid_from_sid(sid, "/"), namespace="/", name="echo", args=args)
        return args

    return application


def serve_engineio(options):
    """The server of Engine.IO alone, which refuses everybody."""
    eio = engineio.Server(**options)

    @eio.on("connect")
    def connect(sid, environ):
        return config["forbid"]

    return engineio.WSGIApp(eio, engineio_path="socket.io")


def told(application):
    """What is asked of an application, and what it answers."""

    def call(environ, start_response):
        url = environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", "")
        port = int(environ.get("REMOTE_PORT") or 0)
        if environ.get("HTTP_UPGRADE"):
            say("upgrade-request", url=url, port=port)

        def answer(status, headers, *more):
            say("request", method=environ["REQUEST_METHOD"], url=url, status=int(status.split()[0]), port=port)
            return start_response(status, headers, *more)

        return application(environ, answer)

    return call


on_upgrade()
made = (serve_engineio if config.get("forbid") else serve_socketio)({"async_mode": config["mode"], **config.get("engine", {})})
app = told(made)


def follow():
    for mark in sys.stdin:
        say("mark", id=mark.strip())
    os._exit(0)


def main():
    if config["mode"] == "eventlet":
        import eventlet
        import eventlet.patcher
        import eventlet.wsgi

        eventlet.patcher.original("threading").Thread(target=follow, daemon=True).start()
        listener = eventlet.listen(("127.0.0.1", config.get("port", 0)))
        say("listening", port=listener.getsockname()[1])
        eventlet.wsgi.server(listener, app, log_output=False)
        return
    import threading

    import werkzeug.serving

    threading.Thread(target=follow, daemon=True).start()
    server = werkzeug.serving.make_server("127.0.0.1", config.get("port", 0), app, threaded=True)
    say("listening", port=server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
