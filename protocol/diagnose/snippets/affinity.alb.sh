aws elbv2 modify-target-group-attributes --target-group-arn "$TARGET_GROUP_ARN" --attributes \
    Key=stickiness.enabled,Value=true Key=stickiness.type,Value=lb_cookie \
    Key=stickiness.lb_cookie.duration_seconds,Value=86400
