//go:build goexperiment.simd && amd64

package phrase

import "simd/archsimd"

// useAVX2 is whether the processor has what wordMask uses.
var useAVX2 = archsimd.X86.AVX2()

// wordMask returns a bit for each of 64 bytes of ASCII: whether it is a letter or digit.
func wordMask(b *[blockBytes]byte) uint64 {
	if !useAVX2 {
		return wordMaskPlain(b)
	}
	low := wordMask32((*[32]uint8)(b[:32]))
	high := wordMask32((*[32]uint8)(b[32:]))
	archsimd.ClearAVXUpperBits()
	return uint64(low) | uint64(high)<<32
}

// wordMask32 is wordMask for half as many bytes, which as ASCII are not negative.
func wordMask32(b *[32]uint8) uint32 {
	x := archsimd.LoadUint8x32(b)
	y := x.Or(archsimd.BroadcastUint8x32(0x20)).AsInt8x32()
	z := x.AsInt8x32()
	letters := y.Greater(archsimd.BroadcastInt8x32('a' - 1)).And(archsimd.BroadcastInt8x32('z' + 1).Greater(y))
	digits := z.Greater(archsimd.BroadcastInt8x32('0' - 1)).And(archsimd.BroadcastInt8x32('9' + 1).Greater(z))
	return letters.Or(digits).ToBits()
}
