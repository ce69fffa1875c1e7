#include "CBlockHash.h"
#include "message.h"
#include "sha256.h"
#include "xxh64_block.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline bool is_zero(const block_digest *digest) {
    return !(digest->words[0] | digest->words[1] | digest->words[2] | digest->words[3]);
}

// A block's hashed form, for a kind that is known when this is compiled.
static inline __attribute__((always_inline)) size_t put_block(
    block_hash_kind kind,
    const block_run *run,
    const uint32_t *tokens,
    const block_digest *parent,
    uint8_t *message
) {
    uint8_t *p = message;
    switch (kind) {
    case BLOCK_HASH_SHA256_PICKLE:
        p = put_pickle(p, parent, 32, tokens, run);
        break;
    case BLOCK_HASH_XXH3_PICKLE:
        p = put_pickle(p, parent, 16, tokens, run);
        break;
    case BLOCK_HASH_SHA256_PLAIN:
        if (!is_zero(parent)) p = put_bytes(p, parent, sizeof *parent);
        p = put_bytes(p, tokens, run->block_tokens * sizeof *tokens);
        break;
    case BLOCK_HASH_XXH64_PLAIN:
        p = put_word(p, parent->words[0], 8);
        p = put_bytes(p, tokens, run->block_tokens * sizeof *tokens);
        p = put_bytes(p, run->tail, run->tail_length);
        break;
    default:
        *p++ = 0x83;  // an array of three
        if (kind == BLOCK_HASH_SHA256_CBOR) {
            p = put_word(p, 0x2058, 2);  // 32 bytes
            p = put_bytes(p, parent, 32);
        } else if (kind == BLOCK_HASH_XXH3_CBOR) {
            p = put_bytes(put_word(p, 0x50, 1), parent, 16);
        } else {
            p = put_cbor_u64(p, parent->words[0]);
        }
        p = put_cbor_tokens(p, tokens, run->block_tokens);
        p = put_bytes(p, run->tail, run->tail_length);
    }
    return (size_t)(p - message);
}

static inline uint64_t fnv1a(const uint8_t *bytes, size_t count) {
    uint64_t hash = 0xCBF29CE484222325;
    for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 0x100000001B3;
    return hash;
}

// SHA-256 overwrites what follows the message.
static inline __attribute__((always_inline)) void hash_message(
    block_hash_kind kind,
    sha256_compressor *compress,
    uint8_t *message,
    size_t length,
    block_digest *digest
) {
    switch (kind) {
    case BLOCK_HASH_XXH3_PICKLE:
    case BLOCK_HASH_XXH3_CBOR: {
        XXH128_hash_t hash = XXH3_128bits(message, length);
        *digest = (block_digest){
            {__builtin_bswap64(hash.high64), __builtin_bswap64(hash.low64)},
        };
        break;
    }
    case BLOCK_HASH_XXH64_PLAIN:
        *digest = (block_digest){{XXH64(message, length, 0)}};
        break;
    case BLOCK_HASH_FNV_CBOR:
        *digest = (block_digest){{fnv1a(message, length)}};
        break;
    case BLOCK_HASH_SHA256_CBOR_64:
        sha256_in_place(compress, message, length, (uint8_t *)digest);
        *digest = (block_digest){{__builtin_bswap64(digest->words[3])}};
        break;
    default:
        sha256_in_place(compress, message, length, (uint8_t *)digest);
    }
}

static inline uint64_t key_of(block_hash_kind kind, const block_digest *digest) {
    switch (kind) {
    case BLOCK_HASH_SHA256_PICKLE:
    case BLOCK_HASH_SHA256_CBOR: return __builtin_bswap64(digest->words[3]);
    case BLOCK_HASH_XXH3_PICKLE:
    case BLOCK_HASH_XXH3_CBOR: return __builtin_bswap64(digest->words[1]);
    case BLOCK_HASH_SHA256_PLAIN: return __builtin_bswap64(digest->words[0]);
    default: return digest->words[0];
    }
}

// Where a block's hashed form has its parent's SHA-256 digest. -1 if it has none.
static inline int parent_offset(block_hash_kind kind, const block_digest *parent) {
    switch (kind) {
    case BLOCK_HASH_SHA256_PICKLE: return 13;
    case BLOCK_HASH_SHA256_CBOR: return 3;
    case BLOCK_HASH_SHA256_PLAIN: return is_zero(parent) ? -1 : 0;
    default: return -1;
    }
}

// As `hash_message` of `put_block`, with a linker. The digest of zeros in the message
// must not be the parent's: a plain block has none without a parent.
static inline __attribute__((always_inline)) void link_block(
    block_hash_kind kind,
    sha256_linker *linker,
    const block_run *run,
    const uint32_t *tokens,
    block_digest *digest,
    uint8_t *scratch
) {
    static const block_digest zeros;
    size_t offset = (size_t)parent_offset(kind, digest), length;
    if (kind == BLOCK_HASH_SHA256_PLAIN) {
        uint8_t *p = put_bytes(scratch, &zeros, sizeof zeros);
        length = (size_t)(put_bytes(p, tokens, run->block_tokens * sizeof *tokens) - scratch);
    } else {
        length = put_block(kind, run, tokens, &zeros, scratch);
    }
    linker((uint8_t *)digest, scratch, sha256_pad(scratch, length), offset);
}

static inline __attribute__((always_inline)) void hash_blocks(
    block_hash_kind kind,
    const block_run *run,
    const uint32_t *tokens,
    block_digest *digest,
    uint64_t *keys,
    uint8_t *scratch
) {
    sha256_linker *linker = run->is_portable ? NULL : sha256_link;
    sha256_compressor *compress = run->is_portable ? sha256_compress_portable : sha256_compress;
    for (size_t block = 0; block < run->block_count; block++) {
        const uint32_t *first = tokens + block * run->block_tokens;
        if (linker != NULL && parent_offset(kind, digest) >= 0) {
            link_block(kind, linker, run, first, digest, scratch);
        } else {
            size_t length = put_block(kind, run, first, digest, scratch);
            hash_message(kind, compress, scratch, length, digest);
        }
        keys[block] = key_of(kind, digest);
    }
}

// The chain is one of latencies. A block size known in advance takes the loops out of it.
static void xxh64_blocks(
    const block_run *run,
    const uint32_t *tokens,
    block_digest *digest,
    uint64_t *keys
) {
    uint64_t hash = digest->words[0];
    size_t size = run->block_tokens;
    for (size_t block = 0; block < run->block_count; block++, tokens += size) {
        hash = size == 16 ? xxh64_block(hash, tokens, 16) : xxh64_block(hash, tokens, size);
        keys[block] = hash;
    }
    *digest = (block_digest){{hash}};
}

void block_hash_run(
    block_hash_kind kind,
    const block_run *run,
    const uint32_t *tokens,
    block_digest *digest,
    uint64_t *keys,
    uint8_t *scratch
) {
#define HASH(KIND)                                               \
    case KIND:                                                    \
        hash_blocks(KIND, run, tokens, digest, keys, scratch);    \
        break
    if (kind == BLOCK_HASH_XXH64_PLAIN && run->tail_length == 0 && run->block_tokens >= 6) {
        return xxh64_blocks(run, tokens, digest, keys);
    }
    switch (kind) {
        HASH(BLOCK_HASH_SHA256_PICKLE);
        HASH(BLOCK_HASH_SHA256_CBOR);
        HASH(BLOCK_HASH_XXH3_PICKLE);
        HASH(BLOCK_HASH_XXH3_CBOR);
        HASH(BLOCK_HASH_SHA256_CBOR_64);
        HASH(BLOCK_HASH_SHA256_PLAIN);
        HASH(BLOCK_HASH_XXH64_PLAIN);
        HASH(BLOCK_HASH_FNV_CBOR);
    }
#undef HASH
}

block_digest block_hash_message(block_hash_kind kind, uint8_t *message, size_t length) {
    block_digest digest;
    hash_message(kind, sha256_compress, message, length, &digest);
    return digest;
}

block_digest block_hash_sha256_portable(uint8_t *message, size_t length) {
    block_digest digest;
    sha256_in_place(sha256_compress_portable, message, length, (uint8_t *)&digest);
    return digest;
}

uint64_t block_hash_fingerprint(const void *bytes, size_t count) {
    return XXH3_64bits(bytes, count);
}
