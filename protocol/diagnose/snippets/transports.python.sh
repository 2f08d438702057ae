pip install simple-websocket                 # threads: gunicorn --worker-class gthread, or Flask's own server
pip install gevent gevent-websocket          # or gevent
pip install "uvicorn[standard]"              # or ASGI
