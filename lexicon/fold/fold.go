// Package fold brings text into the one form that terms and numbers are matched in,
// and keeps the way back to where each byte came from.
package fold
