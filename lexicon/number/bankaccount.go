package number

// bankAccount is a bank account number: 6 to 17 digits, of no more than that. A cue
// speaks for the next number only.
var bankAccount = kind{
	name: "bank-account",
	cues: []string{
		"account no", "account nr", "account number", "account num", "accountnumber", "acct", "acct no", "acct number", "a/c no",
		"checking", "checking account", "savings", "savings account", "bank account", "bank account number", "deposit account",
		"beneficiary account", "credit account", "debit account", "current account", "account id",
	},
	before: 40, after: 15, leads: true,
	numeral: lengths(1, 17),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		words, d, ok := r.plain(i)
		if !ok || d.n < 6 || d.n > 17 || d.same() {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}
