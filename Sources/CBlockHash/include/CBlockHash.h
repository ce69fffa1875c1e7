#ifndef WARMPATH_CBLOCKHASH_H
#define WARMPATH_CBLOCKHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Hashes of token blocks, each chained onto the one before. All functions are thread-safe; none
// allocates, keeps a pointer, or reads or writes beyond what its arguments say.

// What is hashed of a block (its parent, its tokens, a tail), in which form, by which function.
typedef enum {
    BLOCK_HASH_SHA256_PICKLE,  // Python's pickle protocol 5 of a tuple of three
    BLOCK_HASH_SHA256_CBOR,    // canonical CBOR of an array of three
    BLOCK_HASH_XXH3_PICKLE,    // XXH3 with 128 bits
    BLOCK_HASH_XXH3_CBOR,
    BLOCK_HASH_SHA256_CBOR_64,  // a parent is a number: the low 64 bits of its digest
    BLOCK_HASH_SHA256_PLAIN,    // parent, unless it is all zeros, and 32-bit tokens; no tail
    BLOCK_HASH_XXH64_PLAIN,     // 64-bit parent, 32-bit tokens, tail
    BLOCK_HASH_FNV_CBOR,        // FNV-1a with 64 bits; a parent is a number
} block_hash_kind;

// A hash in the order of its bytes, zeros behind it; or a number in words[0].
typedef struct {
    uint64_t words[4];
} block_digest;

typedef struct {
    size_t block_tokens;  // tokens in a block, at least 1
    size_t block_count;
    const uint8_t *tail;  // ends the hashed form of each block
    size_t tail_length;
    bool is_portable;  // does without instructions made for SHA-256, as where there are none
} block_run;

// Bytes that `block_hash_run` needs to work in.
static inline size_t block_hash_scratch(size_t block_tokens, size_t tail_length) {
    // Around the tokens, of 7 bytes at most, stand at most 64 bytes; padding takes 72 at most, and
    // the last number 7 more, because all are stored 8 bytes wide.
    return 256 + 7 * block_tokens + tail_length;
}

// Hashes blocks of a chain. Replaces `digest`, that of the parent, by that of the last block, and
// writes one key for each block: what engines announce of its hash.
void block_hash_run(
    block_hash_kind kind,
    const block_run *run,
    const uint32_t *tokens,
    block_digest *digest,
    uint64_t *keys,
    uint8_t *scratch
);

// Hashes a message by the function of a kind. Overwrites up to 72 bytes behind it.
block_digest block_hash_message(block_hash_kind kind, uint8_t *message, size_t length);

// SHA-256 of a message, as where there are no instructions for it. Likewise.
block_digest block_hash_sha256_portable(uint8_t *message, size_t length);

// A hash of bytes for tables: fast, and not safe against those who look for collisions.
uint64_t block_hash_fingerprint(const void *bytes, size_t count);

#endif
