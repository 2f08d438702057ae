heroku features:enable http-session-affinity --app "$APP"
