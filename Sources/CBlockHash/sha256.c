#include "sha256.h"

#include <string.h>

const uint32_t sha256_constants[64] __attribute__((aligned(64))) = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};

static uint32_t read_big(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return __builtin_bswap32(word);
}

static uint32_t rotated(uint32_t word, int count) { return word >> count | word << (32 - count); }

static void compress_chunk(uint32_t state[8], const uint8_t *bytes) {
    uint32_t w[64];
    for (int t = 0; t < 16; t++) w[t] = read_big(bytes + 4 * t);
    for (int t = 16; t < 64; t++) {
        uint32_t early = w[t - 15], late = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] + (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3)
            + (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
    }
    uint32_t v[8];  // a to h
    memcpy(v, state, sizeof v);
    for (int t = 0; t < 64; t++) {
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        uint32_t first = v[7] + (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)) + choice
            + sha256_constants[t] + w[t];
        uint32_t second = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)) + majority;
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; i++) state[i] += v[i];
}

void sha256_compress_portable(uint32_t state[8], const uint8_t *bytes, size_t chunk_count) {
    for (; chunk_count > 0; chunk_count--, bytes += 64) compress_chunk(state, bytes);
}

size_t sha256_pad(uint8_t *message, size_t length) {
    size_t padded = (length + 9 + 63) / 64 * 64;
    message[length] = 0x80;
    memset(message + length + 1, 0, padded - 8 - length - 1);
    uint64_t bits = __builtin_bswap64((uint64_t)length * 8);
    memcpy(message + padded - 8, &bits, sizeof bits);
    return padded / 64;
}

void sha256_in_place(
    sha256_compressor *compress,
    uint8_t *message,
    size_t length,
    uint8_t digest[32]
) {
    uint32_t state[8] = {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
        0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    };
    compress(state, message, sha256_pad(message, length));
    for (int i = 0; i < 8; i++) state[i] = __builtin_bswap32(state[i]);
    memcpy(digest, state, sizeof state);
}
