package har

import "testing"

func TestRefusalIsReadFromTheFailure(t *testing.T) {
	t.Parallel()
	for failure, want := range map[string]int{
		"Error during WebSocket handshake: Unexpected response code: 403":  403,
		"Error during WebSocket handshake: Unexpected response code: 502 ": 502,
		"Error during WebSocket handshake: net::ERR_CONNECTION_RESET":      0,
		"Unexpected response code: 101":                                    0,
		"Unexpected response code: 4294967699":                             0,
		"Unexpected response code: ":                                       0,
		"":                                                                 0,
	} {
		if got := refusal(failure); got != want {
			t.Errorf("%q: %d, want %d", failure, got, want)
		}
	}
}
