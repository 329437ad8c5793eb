package message

// Header is the decoded top-level header, fields in their order of appearance.
type Header []Field

// Field is one header field.
type Field struct {
	Name  string // as written
	Value string // unfolded, RFC 2047 words decoded, valid UTF-8
}

// Get returns the value of the first field of that name (any case), or "".
func (h Header) Get(name string) string { return "" }

// Values returns the values of all fields of that name (any case), in order.
func (h Header) Values(name string) []string { return nil }

// Sensitivity is the normalised Sensitivity field (RFC 2156, X.400): how
// confidential the sender says the message is.
type Sensitivity string

// The sensitivities. A field with any other value counts as normal.
const (
	SensitivityNormal       Sensitivity = "normal"
	SensitivityPersonal     Sensitivity = "personal"
	SensitivityPrivate      Sensitivity = "private"
	SensitivityConfidential Sensitivity = "confidential" // also Company-Confidential
)

// Sensitivity returns the strictest of the header's Sensitivity fields.
func (h Header) Sensitivity() Sensitivity { return SensitivityNormal }
