package assets

import _ "embed"

// Regular and bold faces for Japanese, which neither Fyne's fonts nor Go's have: OpenType with CFF outlines, of which
// .ci/fonts left what those lack. Their licence is the SIL Open Font License 1.1, fonts/OFL.txt.
//
//go:embed fonts/NotoSansJP-Regular.otf
var JapaneseRegular []byte

//go:embed fonts/NotoSansJP-Bold.otf
var JapaneseBold []byte
