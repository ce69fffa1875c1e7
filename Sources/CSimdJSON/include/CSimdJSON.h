// A C face for simdjson's DOM parser. A value is a position in its document; it is good for as
// long as the document is, and no longer than the document's next parse.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csimdjson_document csimdjson_document;

typedef enum {
    CSIMDJSON_NULL = 0,
    CSIMDJSON_BOOL,
    CSIMDJSON_INT64,
    CSIMDJSON_UINT64,
    CSIMDJSON_DOUBLE,
    CSIMDJSON_STRING,
    CSIMDJSON_ARRAY,
    CSIMDJSON_OBJECT,
} csimdjson_kind;

// Two words of simdjson's own element: the document's tape and a position on it.
typedef struct {
    const void *tape;
    size_t index;
} csimdjson_value;

typedef struct {
    const uint8_t *bytes;
    size_t count;
} csimdjson_string;

// Bytes that must be readable, whatever they hold, after the text that is parsed in place.
size_t csimdjson_padding(void);

csimdjson_document *csimdjson_document_create(void);
void csimdjson_document_destroy(csimdjson_document *document);

// Parses `count` bytes. `capacity` says how many bytes are readable from `bytes`: with at least
// `csimdjson_padding()` beyond `count` nothing is copied. Returns NULL, or a message that lives
// as long as the process.
const char *csimdjson_parse(csimdjson_document *document, const uint8_t *bytes, size_t count,
                            size_t capacity, size_t depth_max, csimdjson_value *root);

csimdjson_kind csimdjson_value_kind(csimdjson_value value);
bool csimdjson_value_bool(csimdjson_value value);
int64_t csimdjson_value_int64(csimdjson_value value);
uint64_t csimdjson_value_uint64(csimdjson_value value);
double csimdjson_value_double(csimdjson_value value);
csimdjson_string csimdjson_value_string(csimdjson_value value);

// The elements of an array in order: starts at 0, ends when it returns false.
typedef struct {
    const void *tape;
    size_t index;
    size_t end;
} csimdjson_cursor;

csimdjson_cursor csimdjson_array_begin(csimdjson_value array);
bool csimdjson_array_next(csimdjson_cursor *cursor, csimdjson_value *element);
csimdjson_cursor csimdjson_object_begin(csimdjson_value object);
bool csimdjson_object_next(csimdjson_cursor *cursor, csimdjson_string *key, csimdjson_value *value);

#ifdef __cplusplus
}
#endif
