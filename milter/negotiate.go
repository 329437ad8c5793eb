package milter

import (
	"fmt"

	"github.com/d--j/go-milter"
)

// requiredActions are the modifications a verdict may need. An MTA that does not
// offer all of them cannot be served: a routed recipient that cannot be rewritten
// would leave in clear.
const requiredActions = milter.OptAddHeader | milter.OptChangeHeader |
	milter.OptAddRcpt | milter.OptRemoveRcpt | milter.OptQuarantine

// wantedProtocol is asked of MTAs that offer it: no events that say nothing about
// the message, no waiting for answers but at DATA and at the end of the message, and
// header values as they stand. Each of them may be missing.
const wantedProtocol = milter.OptNoConnect | milter.OptNoHelo | milter.OptNoUnknown | milter.OptNoEOH |
	milter.OptNoMailReply | milter.OptNoRcptReply | milter.OptNoHeaderReply | milter.OptNoBodyReply |
	milter.OptHeaderLeadingSpace

// negotiate answers the MTA's offer. The version is the lower of the two, the data
// size the MTA's.
func (s *Server) negotiate(mtaVersion, ourVersion uint32, mtaActions, ourActions milter.OptAction,
	mtaProtocol, ourProtocol milter.OptProtocol, size milter.DataSize) (uint32, milter.OptAction, milter.OptProtocol, milter.DataSize, error) {
	if missing := ourActions &^ mtaActions; missing != 0 {
		s.Metrics.tempfails.WithLabelValues(causeProtocol).Inc()
		return 0, 0, 0, 0, fmt.Errorf("the MTA does not offer the actions %#x", uint32(missing))
	}
	return min(mtaVersion, ourVersion), ourActions, ourProtocol & mtaProtocol, size, nil
}
