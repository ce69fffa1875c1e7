#ifndef WARMPATH_XXH64_BLOCK_H
#define WARMPATH_XXH64_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// XXH64 (specification of xxHash, version 0.1.1) with the seed 0, of a number and the tokens behind
// it. The number stays in a register: in a chain, all else is ready before it is.

#define XXH64_P1 0x9E3779B185EBCA87ULL
#define XXH64_P2 0xC2B2AE3D27D4EB4FULL
#define XXH64_P3 0x165667B19E3779F9ULL
#define XXH64_P4 0x85EBCA77C2B2AE63ULL
#define XXH64_P5 0x27D4EB2F165667C5ULL

static inline uint64_t xxh64_rotated(uint64_t word, int count) {
    return word << count | word >> (64 - count);
}

static inline uint64_t xxh64_round(uint64_t lane, uint64_t input) {
    return xxh64_rotated(lane + input * XXH64_P2, 31) * XXH64_P1;
}

static inline uint64_t xxh64_merged(uint64_t hash, uint64_t lane) {
    return (hash ^ xxh64_round(0, lane)) * XXH64_P1 + XXH64_P4;
}

static inline uint64_t xxh64_read(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

// For at least 6 tokens: less is hashed in another way.
static inline uint64_t xxh64_block(uint64_t parent, const uint32_t *tokens, size_t count) {
    const uint8_t *p = (const uint8_t *)tokens, *end = p + count * sizeof *tokens;
    uint64_t second = xxh64_round(XXH64_P2, xxh64_read(p));
    uint64_t third = xxh64_round(0, xxh64_read(p + 8));
    uint64_t fourth = xxh64_round(-XXH64_P1, xxh64_read(p + 16));
    uint64_t first = xxh64_round(XXH64_P1 + XXH64_P2, parent);
    for (p += 24; end - p >= 32; p += 32) {
        first = xxh64_round(first, xxh64_read(p));
        second = xxh64_round(second, xxh64_read(p + 8));
        third = xxh64_round(third, xxh64_read(p + 16));
        fourth = xxh64_round(fourth, xxh64_read(p + 24));
    }
    uint64_t others = xxh64_rotated(second, 7) + xxh64_rotated(third, 12)
        + xxh64_rotated(fourth, 18);
    uint64_t hash = xxh64_merged(xxh64_rotated(first, 1) + others, first);
    hash = xxh64_merged(xxh64_merged(xxh64_merged(hash, second), third), fourth);
    hash += sizeof parent + count * sizeof *tokens;
    for (; end - p >= 8; p += 8) {
        hash = xxh64_rotated(hash ^ xxh64_round(0, xxh64_read(p)), 27) * XXH64_P1 + XXH64_P4;
    }
    if (p < end) {
        uint32_t last;
        memcpy(&last, p, sizeof last);
        hash = xxh64_rotated(hash ^ last * XXH64_P1, 23) * XXH64_P2 + XXH64_P3;
    }
    hash = (hash ^ hash >> 33) * XXH64_P2;
    hash = (hash ^ hash >> 29) * XXH64_P3;
    return hash ^ hash >> 32;
}

#endif
