// Package e2e tests zixpolicy between real mail servers.
//
// This part of the package is the harness: a real Postfix in a directory of its own
// ([Postfix]), the real zixpolicy binary ([Daemon]), and SMTP servers of our own that
// record what they are given ([Sink]): the world outside, the mail system inside,
// and the encryption gateway. A [Site] is all of them, wired by nothing but
// "zixpolicy setup postfix --apply". The tests carry the build tag e2e and are run by
// "make e2e", which installs Postfix first.
//
// Nothing here waits for a fixed time. A message is followed through Postfix's log
// by its Message-ID: once its last queue file is removed, whatever the sinks have
// then is all they will ever have, so that "was not delivered" can be asserted.
package e2e
