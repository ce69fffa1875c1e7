// Packs the replies of an ext_proc stream with protobuf-c. In C, because protobuf-c's messages
// are trees of pointers: here they stand on the stack, and no memory is to be managed.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The numbers of `ProcessingResponse`'s fields.
typedef enum {
    CPROCESS_REQUEST_HEADERS = 1,
    CPROCESS_RESPONSE_HEADERS = 2,
    CPROCESS_REQUEST_BODY = 3,
    CPROCESS_RESPONSE_BODY = 4,
    CPROCESS_REQUEST_TRAILERS = 5,
    CPROCESS_RESPONSE_TRAILERS = 6,
} cprocess_kind;

// What happens to one header. A change is one of these bytes, then the header's name, then, unless
// the header is removed, its value; each text ends with a NUL.
enum {
    CPROCESS_SET = '=',     // in place of all values that there are
    CPROCESS_APPEND = '+',  // beside them
    CPROCESS_REMOVE = '-',
};

// Headers that one reply sets or appends, and as many that it removes. Further ones are left out.
enum { CPROCESS_HEADERS_MAX = 24 };

// What a reply changes. Where nothing is changed, all is 0.
typedef struct {
    // One after the other. The destination that is set also goes into the dynamic metadata.
    const uint8_t *changes;
    size_t changes_count;
    const uint8_t *body;  // in place of the one that Envoy holds
    size_t body_count;
} cprocess_mutation;

// Each returns the size of the packed message and writes it, if it fits, to `buffer`.

size_t cprocess_pack(cprocess_kind kind, cprocess_mutation mutation, uint8_t *buffer,
                     size_t capacity);

// The mutation's body is what the client gets.
size_t cprocess_pack_immediate(int status, cprocess_mutation mutation, uint8_t *buffer,
                               size_t capacity);

size_t cprocess_pack_health(int status, uint8_t *buffer, size_t capacity);
