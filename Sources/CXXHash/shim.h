#ifndef WARMPATH_CXXHASH_SHIM_H
#define WARMPATH_CXXHASH_SHIM_H

#define XXH_INLINE_ALL
#include <stdint.h>
#include <string.h>
#include <xxhash.h>

_Static_assert(
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "numbers are hashed as they lie in memory, and must lie there in little-endian order"
);

static inline uint64_t cxxhash_bytes(const void *bytes, size_t count) {
    return XXH64(bytes, count, 0);
}

// The tokens that one-shot hashing takes: beyond it, a stack buffer would grow too large.
enum { CXXHASH_ONE_SHOT_TOKENS_MAX = 256 };

// Hashes `parent` and then the tokens, as if they lay behind each other.
static inline uint64_t cxxhash_block(uint64_t parent, const void *tokens, size_t token_count) {
    size_t size = token_count * sizeof(uint32_t);
    if (token_count <= CXXHASH_ONE_SHOT_TOKENS_MAX) {
        // Twice as fast as the streaming state, which is made for input of unknown length.
        unsigned char buffer[sizeof parent + CXXHASH_ONE_SHOT_TOKENS_MAX * sizeof(uint32_t)];
        memcpy(buffer, &parent, sizeof parent);
        memcpy(buffer + sizeof parent, tokens, size);
        return XXH64(buffer, sizeof parent + size, 0);
    }
    XXH64_state_t state;
    XXH64_reset(&state, 0);
    XXH64_update(&state, &parent, sizeof parent);
    XXH64_update(&state, tokens, size);
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
