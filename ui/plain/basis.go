package plain

// Basis says in words how a node is known; see session.Node.
func Basis(basis string) string {
	switch basis {
	case "named":
		return "known by the name it was given"
	case "address":
		return "known by its address"
	case "sid counter":
		return "told apart by the counter in the sids"
	case "inferred":
		return "inferred from who answered"
	case "":
		return "basis unknown"
	}
	return "known by the " + basis // "header X", "cookie Y"
}
