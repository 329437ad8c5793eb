package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// code is one line of ICD-10-CM.
type code struct{ id, title string }

// vocabularies are the public lists as they are.
type vocabularies struct {
	icd        []code   // categories and subcategories, CDC/NCHS, public domain
	substances []string // ICD-10-CM Table of Drugs and Chemicals, public domain
	drugs      []string // MedQuAD, CC BY 4.0
	conditions []string // MedQuAD, CC BY 4.0
}

func readVocabularies(dir string) (*vocabularies, error) {
	var v vocabularies
	for _, list := range []struct {
		name string
		to   *[]string
	}{
		{"drugs-icd10cm-table-of-drugs-2019.txt", &v.substances},
		{"drugs-medquad-focus.txt", &v.drugs},
		{"conditions-medquad-focus.txt", &v.conditions},
	} {
		data, err := os.ReadFile(filepath.Join(dir, list.name))
		if err != nil {
			return nil, err
		}
		*list.to = strings.Split(strings.TrimSpace(string(data)), "\n")
	}
	f, err := os.Open(filepath.Join(dir, "icd10cm-categories.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	for _, row := range rows {
		v.icd = append(v.icd, code{row[0], row[1]})
	}
	return &v, nil
}
