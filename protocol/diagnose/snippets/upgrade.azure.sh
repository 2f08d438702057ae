az webapp config set --resource-group "$GROUP" --name "$APP" --web-sockets-enabled true
