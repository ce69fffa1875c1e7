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

// What a reply sets on a request. A NULL is left out; an empty mutation changes nothing.
typedef struct {
    const char *destination;  // also goes into the dynamic metadata
    const char *content_length;
    const char *request_id;
    const uint8_t *body;  // in place of the one that Envoy holds
    size_t body_count;
} cprocess_mutation;

// Each returns the size of the packed message and writes it, if it fits, to `buffer`.

size_t cprocess_pack(cprocess_kind kind, cprocess_mutation mutation, uint8_t *buffer,
                     size_t capacity);

size_t cprocess_pack_immediate(int status, const char *dropped_reason, const char *body,
                               size_t body_count, uint8_t *buffer, size_t capacity);

size_t cprocess_pack_health(int status, uint8_t *buffer, size_t capacity);
