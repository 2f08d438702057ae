# the protocol version of a target group cannot be changed: make one with HTTP1, and have the listener use it
aws elbv2 create-target-group --name socketio-http1 --protocol HTTP --protocol-version HTTP1 \
    --port 3000 --vpc-id "$VPC_ID"
