#ifndef WARMPATH_MESSAGE_H
#define WARMPATH_MESSAGE_H

#include "CBlockHash.h"

#include <string.h>

_Static_assert(
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "numbers are hashed as they lie in memory, and must lie there in little-endian order"
);

// Each `put` writes at `p` and returns where it ended. Numbers are stored 8 bytes wide at once,
// whatever their length: that takes no branch.

static inline uint8_t *put_bytes(uint8_t *p, const void *bytes, size_t count) {
    if (count > 0) memcpy(p, bytes, count);  // a pointer to nothing may be null
    return p + count;
}

static inline uint8_t *put_word(uint8_t *p, uint64_t word, size_t count) {
    memcpy(p, &word, sizeof word);
    return p + count;
}

// MARK: Canonical CBOR (RFC 8949)

static inline uint8_t *put_cbor_u32(uint8_t *p, uint8_t major, uint32_t value) {
    size_t two = value > 0xFF, four = value > 0xFFFF;
    size_t size = 1 + two + 2 * four;
    uint64_t big = (uint64_t)__builtin_bswap32(value) >> (32 - 8 * size);
    uint64_t word = (uint64_t)(major | (24 + two + four)) | big << 8;
    int is_small = value < 24;
    return put_word(p, is_small ? major | value : word, is_small ? 1 : 1 + size);
}

static inline uint8_t *put_cbor_u64(uint8_t *p, uint64_t value) {
    if (value <= UINT32_MAX) return put_cbor_u32(p, 0, (uint32_t)value);
    *p = 27;
    return put_word(p + 1, __builtin_bswap64(value), 8);
}

static inline uint8_t *put_cbor_tokens(uint8_t *p, const uint32_t *tokens, size_t count) {
    p = put_cbor_u32(p, 4 << 5, (uint32_t)count);
    for (size_t i = 0; i < count; i++) p = put_cbor_u32(p, 0, tokens[i]);
    return p;
}

// MARK: Pickle, protocol 5

static inline uint8_t *put_pickle_u32(uint8_t *p, uint32_t value) {
    if (__builtin_expect(value > INT32_MAX, 0)) {  // LONG1: five bytes, for the sign
        return put_word(p, 0x058A | (uint64_t)value << 16, 7);
    }
    // BININT1, BININT2, BININT.
    uint64_t two = value > 0xFF, four = value > 0xFFFF;
    return put_word(p, (0x4B + 2 * two - 3 * four) | (uint64_t)value << 8, 2 + two + 2 * four);
}

static inline uint8_t *put_pickle_tokens(uint8_t *p, const uint32_t *tokens, size_t count) {
    if (count > 3) *p++ = '(';
    for (size_t i = 0; i < count; i++) p = put_pickle_u32(p, tokens[i]);
    *p++ = count > 3 ? 't' : (uint8_t)(0x84 + count);  // TUPLE or TUPLE1, 2, 3
    *p++ = 0x94;  // MEMOIZE
    return p;
}

// Writes (digest, tokens) and the tail, which closes the tuple. All of it is one frame.
static inline uint8_t *put_pickle(
    uint8_t *p,
    const block_digest *digest,
    size_t digest_bytes,
    const uint32_t *tokens,
    const block_run *run
) {
    uint8_t *frame = p + 11;
    *p++ = 0x80;  // PROTO
    *p++ = 5;
    *p++ = 0x95;  // FRAME
    p = frame;
    *p++ = 'C';  // SHORT_BINBYTES
    *p++ = (uint8_t)digest_bytes;
    p = put_bytes(p, digest, digest_bytes);
    *p++ = 0x94;
    p = put_pickle_tokens(p, tokens, run->block_tokens);
    p = put_bytes(p, run->tail, run->tail_length);
    uint64_t length = (uint64_t)(p - frame);
    memcpy(frame - 8, &length, sizeof length);
    return p;
}

#endif
