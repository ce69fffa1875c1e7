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

// Takes in `length` bytes as a whole message, and writes the digest's 32 bytes. Overwrites up to
// 72 bytes behind the message.
void sha256_in_place(
    sha256_compressor *compress,
    uint8_t *message,
    size_t length,
    uint8_t digest[32]
);

#endif
