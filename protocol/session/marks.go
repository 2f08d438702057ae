package session

// Marks are fields that platforms write into answers of their own accord. Their values are of the request and say
// nothing; that they are there says who answered, or passed the answer on.
type Marks uint32

const (
	MarkCloudflare Marks = 1 << iota
	MarkCloudFront
	MarkFastly
	MarkVarnish
	MarkFrontDoor
	MarkEnvoy
	MarkKong
	MarkAPIGateway
	MarkFly
	MarkVercel
	MarkNetlify
	MarkRender
	MarkRailway
	MarkCloudFoundry
	MarkUWebSockets
)

// markOf is the mark that a field name, in lower case, is; 0 where it is none.
func markOf(lower []byte) Marks {
	switch string(lower) {
	case "cf-ray":
		return MarkCloudflare
	case "x-amz-cf-id":
		return MarkCloudFront
	case "x-fastly-request-id":
		return MarkFastly
	case "x-varnish":
		return MarkVarnish
	case "x-azure-ref":
		return MarkFrontDoor
	case "x-envoy-upstream-service-time":
		return MarkEnvoy
	case "x-kong-proxy-latency", "x-kong-request-id":
		return MarkKong
	case "apigw-requestid", "x-amz-apigw-id":
		return MarkAPIGateway
	case "fly-request-id":
		return MarkFly
	case "x-vercel-id":
		return MarkVercel
	case "x-nf-request-id":
		return MarkNetlify
	case "rndr-id":
		return MarkRender
	case "x-railway-request-id":
		return MarkRailway
	case "x-vcap-request-id", "x-cf-routererror":
		return MarkCloudFoundry
	case "uwebsockets":
		return MarkUWebSockets
	}
	return 0
}
