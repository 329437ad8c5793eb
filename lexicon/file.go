package lexicon

// file is a lexicon as written in TOML. Pointers tell what is absent from what is zero.
type file struct {
	Name      string      `toml:"name"`
	Title     string      `toml:"title"`
	Version   string      `toml:"version"`
	Locale    string      `toml:"locale"`
	Threshold *int        `toml:"threshold"`
	Count     string      `toml:"count"`
	Extends   string      `toml:"extends"`
	Remove    []string    `toml:"remove"`
	Entry     []fileEntry `toml:"entry"`
	Test      []fileTest  `toml:"test"`
}

type fileEntry struct {
	Name       string   `toml:"name"`
	Terms      []string `toml:"terms"`
	Detector   string   `toml:"detector"`
	Pattern    string   `toml:"pattern"`
	Case       string   `toml:"case"`
	Variants   bool     `toml:"variants"`
	Weight     *int     `toml:"weight"`
	Max        *int     `toml:"max"`
	Count      string   `toml:"count"`
	Exclude    bool     `toml:"exclude"`
	Disguised  bool     `toml:"disguised"`
	Near       []string `toml:"near"`
	UnlessNear []string `toml:"unless_near"`
	FollowedBy []string `toml:"followed_by"`
	Within     *int     `toml:"within"`
}

type fileTest struct {
	Text    *string   `toml:"text"`
	Hits    *[]string `toml:"hits"`
	Score   *int      `toml:"score"`
	Matches *bool     `toml:"matches"`
}
