package message

import (
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestFormatsAreDocumented compares docs/formats.md with the readers there are.
func TestFormatsAreDocumented(t *testing.T) {
	page := string(readFile(t, "../docs/formats.md"))
	code := regexp.MustCompile("`([^`]+)`")
	documented := make(map[string]string) // reader by type
	for line := range strings.Lines(page) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || !strings.Contains(cells[1], "/") {
			continue
		}
		for _, mediaType := range code.FindAllStringSubmatch(cells[1], -1) {
			documented[mediaType[1]] = strings.Trim(cells[2], " `")
		}
	}
	for mediaType, reader := range documented {
		read := readerOf(mediaType)
		if read == nil {
			continue // one of those that open.go calls itself
		}
		name := runtime.FuncForPC(reflect.ValueOf(read).Pointer()).Name()
		if !strings.Contains(name, "/"+reader+".") {
			t.Errorf("%s: the page says %s, and its reader is %s", mediaType, reader, name)
		}
	}
	source := string(readFile(t, "open.go"))
	for _, match := range regexp.MustCompile(`"((?:application|text|message)/[a-z0-9.+-]+)"`).FindAllStringSubmatch(source, -1) {
		alias := strings.Contains(match[1], "x-pkcs7") || strings.HasSuffix(match[1], "-signature") || match[1] == "application/octet-stream"
		if documented[match[1]] == "" && !alias {
			t.Errorf("%s is not on the page", match[1])
		}
	}
	signatures := string(readFile(t, "format/archive.go"))
	for _, match := range regexp.MustCompile(`"(application/[a-z0-9.-]+)"\},`).FindAllStringSubmatch(signatures, -1) {
		if !strings.Contains(page, "`"+match[1]+"`") {
			t.Errorf("%s is not on the page", match[1])
		}
	}
	for _, dir := range subdirectories(t, ".") {
		switch dir {
		case "charset", "collect", "format", "grid", "numberformat", "prose", "xmlscan", "cfb", "mapi", "testdata":
			continue // they read no format of their own
		}
		if !strings.Contains(page, "`message/"+dir+"`") {
			t.Errorf("message/%s is not on the page", dir)
		}
	}
	if len(documented) < 25 {
		t.Errorf("only %d types on the page", len(documented))
	}
}

func subdirectories(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}
