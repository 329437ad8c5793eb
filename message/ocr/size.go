package ocr

import (
	"bytes"
	"image"
	_ "image/gif"  // sizes of the common formats
	_ "image/jpeg" // sizes of the common formats
	_ "image/png"  // sizes of the common formats
)

// minSide is the height in pixels that the smallest legible characters have.
const minSide = 6

// tooSmall reports whether a picture cannot hold a legible word: the pixels that
// count readers of a mail, rules and bullets. What it does not know is not.
func tooSmall(picture []byte) bool {
	config, _, err := image.DecodeConfig(bytes.NewReader(picture))
	return err == nil && (config.Width < minSide || config.Height < minSide)
}
