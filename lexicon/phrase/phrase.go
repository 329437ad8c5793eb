// Package phrase finds many phrases of whole words in a text.
package phrase
