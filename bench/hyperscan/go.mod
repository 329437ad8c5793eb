module github.com/zixpolicy/zixpolicy/bench/hyperscan

go 1.26.0

replace (
	github.com/zixpolicy/zixpolicy => ../..
	github.com/zixpolicy/zixpolicy/bench/matcher => ../matcher
)

require github.com/zixpolicy/zixpolicy/bench/matcher v0.0.0-00010101000000-000000000000

require (
	github.com/BobuSumisu/aho-corasick v1.0.3 // indirect
	github.com/cloudflare/ahocorasick v0.0.0-20240916140611-054963ec9396 // indirect
	github.com/coregx/ahocorasick v0.3.1 // indirect
	github.com/wasilibs/go-re2 v1.13.0 // indirect
	github.com/zixpolicy/zixpolicy v0.0.0-00010101000000-000000000000 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
