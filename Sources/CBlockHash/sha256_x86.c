#include "sha256.h"

#include <stdbool.h>

sha256_compressor *sha256_compress = sha256_compress_portable;

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

// The instructions keep the state as (a, b, e, f) and (c, d, g, h), highest word first.
__attribute__((target("sha,sse4.1,ssse3")))
static void compress_with_instructions(
    uint32_t state[8],
    const uint8_t *bytes,
    size_t chunk_count
) {
    const __m128i big_endian = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    __m128i *words = (__m128i *)state;
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1B);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
    for (; chunk_count > 0; chunk_count--, bytes += 64) {
        __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];  // the latest 16 words of the schedule, four to a step
#pragma clang loop unroll(full)
        for (int step = 0; step < 16; step++) {
            int now = step % 4, last = (step + 3) % 4;
            if (step < 4) {
                w[now] = _mm_loadu_si128((const __m128i *)(bytes + 16 * step));
                w[now] = _mm_shuffle_epi8(w[now], big_endian);
            } else {
                __m128i sum = _mm_sha256msg1_epu32(w[now], w[(step + 1) % 4]);
                sum = _mm_add_epi32(sum, _mm_alignr_epi8(w[last], w[(step + 2) % 4], 4));
                w[now] = _mm_sha256msg2_epu32(sum, w[last]);
            }
            const __m128i *constants = (const __m128i *)sha256_constants + step;
            __m128i input = _mm_add_epi32(w[now], _mm_load_si128(constants));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, input);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(input, 0x0E));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

static bool has_instructions(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

// Runs once, before any thread can hash.
__attribute__((constructor)) static void choose(void) {
    if (has_instructions()) sha256_compress = compress_with_instructions;
}
#endif
