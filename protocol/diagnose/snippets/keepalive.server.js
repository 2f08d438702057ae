// longer than the balancer keeps idle connections to the node (AWS ALB and nginx: 60 s)
server.keepAliveTimeout = 65_000;
server.headersTimeout = 66_000;
