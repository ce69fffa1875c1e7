#ifndef WARMPATH_CXXHASH_SHIM_H
#define WARMPATH_CXXHASH_SHIM_H

#define XXH_INLINE_ALL
#include <stdint.h>
#include <xxhash.h>

static inline uint64_t cxxhash_bytes(const void *bytes, size_t count) {
    return XXH64(bytes, count, 0);
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
