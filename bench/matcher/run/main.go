// Command run measures the phrase matcher against the other engines in Go.
package main

import "github.com/zixpolicy/zixpolicy/bench/matcher"

func main() { matcher.Main(nil) }
