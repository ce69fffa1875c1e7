#ifndef WARMPATH_CXXHASH_SHIM_H
#define WARMPATH_CXXHASH_SHIM_H

#define XXH_INLINE_ALL
#include <stdint.h>
#include <xxhash.h>

_Static_assert(
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "numbers are hashed as they lie in memory, and must lie there in little-endian order"
);

static inline uint64_t cxxhash_bytes(const void *bytes, size_t count) {
    return XXH64(bytes, count, 0);
}

// Hashes `parent` and then the tokens, as if they lay behind each other.
static inline uint64_t cxxhash_block(uint64_t parent, const void *tokens, size_t token_count) {
    XXH64_state_t state;
    XXH64_reset(&state, 0);
    XXH64_update(&state, &parent, sizeof parent);
    XXH64_update(&state, tokens, token_count * sizeof(uint32_t));
    return XXH64_digest(&state);
}

// Named, because `XXH_INLINE_ALL` turns the library's own names into macros.
typedef struct {
    XXH64_state_t state;
} cxxhash_stream;

static inline void cxxhash_begin(cxxhash_stream *stream) { XXH64_reset(&stream->state, 0); }

static inline void cxxhash_update(cxxhash_stream *stream, const void *bytes, size_t count) {
    XXH64_update(&stream->state, bytes, count);
}

static inline uint64_t cxxhash_end(const cxxhash_stream *stream) {
    return XXH64_digest(&stream->state);
}

#endif
