# one worker for each process and port, and a balancer with affinity in front of the ports
gunicorn --worker-class gthread --threads 100 --workers 1 --bind 127.0.0.1:5001 app:app &
gunicorn --worker-class gthread --threads 100 --workers 1 --bind 127.0.0.1:5002 app:app &
