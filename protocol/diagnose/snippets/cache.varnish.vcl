sub vcl_recv {
    if (req.url ~ "^/socket.io/") {
        if (req.http.upgrade ~ "(?i)websocket") {
            return (pipe);
        }
        return (pass);
    }
}

sub vcl_pipe {
    if (req.http.upgrade) {
        set bereq.http.upgrade = req.http.upgrade;
        set bereq.http.connection = req.http.connection;
    }
}
