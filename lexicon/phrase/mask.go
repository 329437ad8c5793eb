//go:build !(goexperiment.simd && amd64)

package phrase

// wordMask returns a bit for each of 64 bytes of ASCII: whether it is a letter or digit.
func wordMask(b *[blockBytes]byte) uint64 { return wordMaskPlain(b) }
