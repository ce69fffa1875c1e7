// Unpacks and repacks messages with protobuf-c, by their full names.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { CTEST_UNKNOWN_MESSAGE = -1, CTEST_MALFORMED = -2, CTEST_TOO_LARGE = -3 };

// Returns the size of the repacked message, which is written to `out`, or one of the above.
// Counts the fields, at any depth, that the definitions do not have.
ptrdiff_t ctest_repack(const char *message_name, const uint8_t *bytes, size_t count, uint8_t *out,
                       size_t capacity, size_t *unknown_field_count);
