// Command zixpolicy scans outbound mail and routes what a policy selects to
// encryption.
package main

func main() {}
