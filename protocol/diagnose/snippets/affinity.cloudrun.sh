gcloud run services update "$SERVICE" --session-affinity --timeout=3600
