module github.com/zixpolicy/zixpolicy/bench/matcher

go 1.26.0

replace github.com/zixpolicy/zixpolicy => ../..

require (
	github.com/BobuSumisu/aho-corasick v1.0.3
	github.com/cloudflare/ahocorasick v0.0.0-20240916140611-054963ec9396
	github.com/coregx/ahocorasick v0.3.1
	github.com/wasilibs/go-re2 v1.13.0
	github.com/zixpolicy/zixpolicy v0.0.0-00010101000000-000000000000
)

require (
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
