package main

/*
#cgo pkg-config: libhs
#include <hs.h>
#include <stdlib.h>

struct hits {
	unsigned long long count;
	unsigned long long places; // so that they are looked at
};

static int on_hit(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags, void *context) {
	struct hits *h = context;
	h->count++;
	h->places += from ^ to;
	return 0;
}

static hs_error_t scan(const hs_database_t *database, const char *text, unsigned int length, hs_scratch_t *scratch, struct hits *h) {
	return hs_scan(database, text, length, 0, scratch, on_hit, h);
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// database is a compiled list of phrases.
type database struct {
	database *C.hs_database_t
	scratch  *C.hs_scratch_t
}

// build compiles expressions without regard to case. Where a hit begins is reported only
// if positions are asked for.
func build(expressions []string, positions bool) (*database, error) {
	n := len(expressions)
	texts := unsafe.Slice((**C.char)(C.malloc(C.size_t(n)*C.size_t(unsafe.Sizeof((*C.char)(nil))))), n)
	flags := make([]C.uint, n)
	ids := make([]C.uint, n)
	for i, e := range expressions {
		texts[i] = C.CString(e)
		flags[i] = C.HS_FLAG_CASELESS
		if positions {
			flags[i] |= C.HS_FLAG_SOM_LEFTMOST
		}
		ids[i] = C.uint(i)
	}
	defer func() {
		for _, t := range texts {
			C.free(unsafe.Pointer(t))
		}
		C.free(unsafe.Pointer(unsafe.SliceData(texts)))
	}()
	var d database
	var failure *C.hs_compile_error_t
	if C.hs_compile_multi(unsafe.SliceData(texts), &flags[0], &ids[0], C.uint(n), C.HS_MODE_BLOCK, nil, &d.database, &failure) != C.HS_SUCCESS {
		defer C.hs_free_compile_error(failure)
		return nil, fmt.Errorf("hyperscan: expression %d: %s", failure.expression, C.GoString(failure.message))
	}
	if code := C.hs_alloc_scratch(d.database, &d.scratch); code != C.HS_SUCCESS {
		return nil, fmt.Errorf("hyperscan: no scratch space: error %d", code)
	}
	return &d, nil
}

// Scan returns the number of hits in the text.
func (d *database) Scan(text string) int {
	var h C.struct_hits
	if code := C.scan(d.database, (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.uint(len(text)), d.scratch, &h); code != C.HS_SUCCESS {
		return -1
	}
	return int(h.count)
}

// Size returns the bytes of the database and the scratch space.
func (d *database) Size() int {
	var size, scratch C.size_t
	if C.hs_database_size(d.database, &size) != C.HS_SUCCESS || C.hs_scratch_size(d.scratch, &scratch) != C.HS_SUCCESS {
		return -1
	}
	return int(size + scratch)
}

// Close frees the database.
func (d *database) Close() {
	C.hs_free_scratch(d.scratch)
	C.hs_free_database(d.database)
}
