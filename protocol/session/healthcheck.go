package session

import "strings"

// checkers are how health checks and monitors begin their User-Agent, in lower case. Some send none, HAProxy's for one.
var checkers = [...]string{"curl/", "wget/", "kube-probe/", "elb-healthchecker/", "googlehc/", "amazon-route53-health-check", "consul health check",
	"envoy/hc", "haproxy", "blackbox exporter/", "blackbox-exporter", "prometheus/", "uptimerobot", "pingdom", "statuscake", "check_http/", "zabbix", "datadog", "site24x7", "uptime-kuma", "traefik"}

// HealthCheck says whether a session looks like one that a health check opened: nothing but its handshake was ever asked,
// from polling, by a monitor or by someone without a name, with nothing that a page or a client of Socket.IO adds to it.
func (s *Session) HealthCheck() bool {
	if s.Opened == 0 || len(s.Exchanges) != 1 || s.joined || s.Transport() != Polling || s.Upgrade != UpgradeNotTried && s.Upgrade != UpgradeUnknown {
		return false
	}
	e := s.Exchanges[0]
	r := &e.Request
	if e.answerAlone() { // who asked is not known, nor what was asked besides
		return false
	}
	return e.Kind == Handshake && !e.AsksWebSocket() && e.mark == "" && r.Origin == "" && r.Referer == "" && len(r.Cookies) == 0 && ofChecker(r.UserAgent)
}

// answerAlone says whether a handshake was made of its answer, because its request is not in the capture.
func (e *Exchange) answerAlone() bool { return e.Path == "" && e.Incomplete }

// Bare says whether a request has no query at all: no client of Engine.IO sends one, where nothing in the path took it away.
func (e *Exchange) Bare() bool {
	return !strings.Contains(e.Target, "?") && ofChecker(e.Request.UserAgent)
}

func ofChecker(agent string) bool {
	agent = strings.ToLower(agent)
	for _, c := range checkers {
		if strings.HasPrefix(agent, c) {
			return true
		}
	}
	return agent == "" || strings.Contains(agent, "healthcheck") || strings.Contains(agent, "health check")
}
