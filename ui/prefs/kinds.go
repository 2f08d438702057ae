package prefs

// Bool is a value, false where there is none.
func (f *File) Bool(key string) bool { return get(f, key, false) }

// BoolWithFallback is a value, or what is to be in its place.
func (f *File) BoolWithFallback(key string, fallback bool) bool { return get(f, key, fallback) }

// SetBool keeps a value.
func (f *File) SetBool(key string, value bool) { set(f, key, value) }

// BoolList is a list, empty where there is none.
func (f *File) BoolList(key string) []bool { return get(f, key, []bool{}) }

// BoolListWithFallback is a list, or what is to be in its place.
func (f *File) BoolListWithFallback(key string, fallback []bool) []bool { return get(f, key, fallback) }

// SetBoolList keeps a list.
func (f *File) SetBoolList(key string, value []bool) { set(f, key, value) }

// Float is a value, 0 where there is none.
func (f *File) Float(key string) float64 { return get(f, key, 0.0) }

// FloatWithFallback is a value, or what is to be in its place.
func (f *File) FloatWithFallback(key string, fallback float64) float64 { return get(f, key, fallback) }

// SetFloat keeps a value.
func (f *File) SetFloat(key string, value float64) { set(f, key, value) }

// FloatList is a list, empty where there is none.
func (f *File) FloatList(key string) []float64 { return get(f, key, []float64{}) }

// FloatListWithFallback is a list, or what is to be in its place.
func (f *File) FloatListWithFallback(key string, fallback []float64) []float64 {
	return get(f, key, fallback)
}

// SetFloatList keeps a list.
func (f *File) SetFloatList(key string, value []float64) { set(f, key, value) }

// Int is a value, 0 where there is none.
func (f *File) Int(key string) int { return get(f, key, 0) }

// IntWithFallback is a value, or what is to be in its place.
func (f *File) IntWithFallback(key string, fallback int) int { return get(f, key, fallback) }

// SetInt keeps a value.
func (f *File) SetInt(key string, value int) { set(f, key, value) }

// IntList is a list, empty where there is none.
func (f *File) IntList(key string) []int { return get(f, key, []int{}) }

// IntListWithFallback is a list, or what is to be in its place.
func (f *File) IntListWithFallback(key string, fallback []int) []int { return get(f, key, fallback) }

// SetIntList keeps a list.
func (f *File) SetIntList(key string, value []int) { set(f, key, value) }

// String is a value, "" where there is none.
func (f *File) String(key string) string { return get(f, key, "") }

// StringWithFallback is a value, or what is to be in its place.
func (f *File) StringWithFallback(key, fallback string) string { return get(f, key, fallback) }

// SetString keeps a value.
func (f *File) SetString(key string, value string) { set(f, key, value) }

// StringList is a list, empty where there is none.
func (f *File) StringList(key string) []string { return get(f, key, []string{}) }

// StringListWithFallback is a list, or what is to be in its place.
func (f *File) StringListWithFallback(key string, fallback []string) []string {
	return get(f, key, fallback)
}

// SetStringList keeps a list.
func (f *File) SetStringList(key string, value []string) { set(f, key, value) }

// RemoveValue forgets a value.
func (f *File) RemoveValue(key string) { f.put(key, nil) }

// AddChangeListener has a function called after a value was changed here; what another program changes is not told.
func (f *File) AddChangeListener(changed func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changed = append(f.changed, changed)
}

// ChangeListeners are the functions that are called.
func (f *File) ChangeListeners() []func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}
