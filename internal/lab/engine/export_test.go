package engine

// Waits says whether a poll of the session is waiting.
func (s *Server) Waits(sid string) bool {
	session := s.session(sid)
	if session == nil {
		return false
	}
	session.mu.Lock()
	defer session.mu.Unlock()
	return session.polling != nil && session.polling.waiting != nil
}

// OnWebSocket says whether the session has moved to a WebSocket.
func (s *Server) OnWebSocket(sid string) bool {
	session := s.session(sid)
	return session != nil && session.Transport() == "websocket"
}
