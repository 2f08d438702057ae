az webapp update --resource-group "$GROUP" --name "$APP" --client-affinity-enabled true
az webapp config set --resource-group "$GROUP" --name "$APP" --web-sockets-enabled true
