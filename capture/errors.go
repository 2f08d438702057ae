package capture

import "errors"

// ErrPermission says that the system does not allow to capture. Who shows it tells the user what to do about it.
var ErrPermission = errors.New("not allowed to capture")
