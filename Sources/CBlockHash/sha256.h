#ifndef WARMPATH_SHA256_H
#define WARMPATH_SHA256_H

#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4).

typedef void sha256_compressor(uint32_t state[8], const uint8_t *bytes, size_t chunk_count);

// Takes in whole chunks of 64 bytes.
sha256_compressor sha256_compress_portable;

// The fastest that this processor has.
extern sha256_compressor *sha256_compress;

extern const uint32_t sha256_constants[64];

// Hashes whole chunks in which 32 zeros, at an offset of 16 at most, stand for the digest of what
// came before; replaces that digest by theirs. It never passes through the message: that would
// cost a tenth of the time. Null where the processor has no instructions for SHA-256.
typedef void sha256_linker(
    uint8_t digest[32],
    const uint8_t *message,
    size_t chunk_count,
    size_t offset
);
extern sha256_linker *sha256_link;

// Ends a message with a bit of one, zeros and its length. Returns how many chunks it then has.
// Overwrites up to 72 bytes behind it.
size_t sha256_pad(uint8_t *message, size_t length);

// Takes in `length` bytes as a whole message, and writes the digest's 32 bytes. Overwrites up to
// 72 bytes behind the message.
void sha256_in_place(
    sha256_compressor *compress,
    uint8_t *message,
    size_t length,
    uint8_t digest[32]
);

#endif
