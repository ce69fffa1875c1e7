#include "sha256.h"

#include <stdbool.h>

sha256_compressor *sha256_compress = sha256_compress_portable;
sha256_linker *sha256_link = NULL;

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define WITH_INSTRUCTIONS __attribute__((target("sha,sse4.1,ssse3")))

// The instructions keep the state as (a, b, e, f) and (c, d, g, h), highest word first.
typedef struct {
    __m128i abef, cdgh;
} sha256_state;

// Turns the bytes of each word around.
WITH_INSTRUCTIONS static inline __m128i swapped(__m128i words) {
    return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203));
}

WITH_INSTRUCTIONS static inline sha256_state begin(__m128i abcd, __m128i efgh) {
    __m128i badc = _mm_shuffle_epi32(abcd, 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1B);
    return (sha256_state){_mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xF0)};
}

WITH_INSTRUCTIONS static inline void end(sha256_state state, __m128i *abcd, __m128i *efgh) {
    __m128i feba = _mm_shuffle_epi32(state.abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0xB1);
    *abcd = _mm_blend_epi16(feba, dchg, 0xF0);
    *efgh = _mm_alignr_epi8(dchg, feba, 8);
}

// Takes in a chunk of 16 words, which it destroys.
WITH_INSTRUCTIONS static inline __attribute__((always_inline)) sha256_state with_chunk(
    sha256_state before,
    __m128i w[4]
) {
    sha256_state state = before;
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) {
        // `w` has the latest 16 words of the schedule, four to a step.
        int now = step % 4, last = (step + 3) % 4;
        if (step >= 4) {
            __m128i sum = _mm_sha256msg1_epu32(w[now], w[(step + 1) % 4]);
            sum = _mm_add_epi32(sum, _mm_alignr_epi8(w[last], w[(step + 2) % 4], 4));
            w[now] = _mm_sha256msg2_epu32(sum, w[last]);
        }
        const __m128i *constants = (const __m128i *)sha256_constants + step;
        __m128i input = _mm_add_epi32(w[now], _mm_load_si128(constants));
        state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, input);
        input = _mm_shuffle_epi32(input, 0x0E);
        state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, input);
    }
    return (sha256_state){
        _mm_add_epi32(state.abef, before.abef), _mm_add_epi32(state.cdgh, before.cdgh),
    };
}

WITH_INSTRUCTIONS static inline sha256_state with_chunks(
    sha256_state state,
    const uint8_t *bytes,
    size_t chunk_count
) {
    for (; chunk_count > 0; chunk_count--, bytes += 64) {
        __m128i w[4];
        for (int i = 0; i < 4; i++) {
            w[i] = swapped(_mm_loadu_si128((const __m128i *)bytes + i));
        }
        state = with_chunk(state, w);
    }
    return state;
}

WITH_INSTRUCTIONS static void compress(
    uint32_t state[8],
    const uint8_t *bytes,
    size_t chunk_count
) {
    __m128i *words = (__m128i *)state;
    sha256_state begun = begin(_mm_loadu_si128(words), _mm_loadu_si128(words + 1));
    __m128i abcd, efgh;
    end(with_chunks(begun, bytes, chunk_count), &abcd, &efgh);
    _mm_storeu_si128(words, abcd);
    _mm_storeu_si128(words + 1, efgh);
}

WITH_INSTRUCTIONS static void link(
    uint8_t digest[32],
    const uint8_t *message,
    size_t chunk_count,
    size_t offset
) {
    // Moves bytes up, or those that then stick out down, and fills with zeros.
    static const uint8_t moves[48] = {
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
        0x80, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x80, 0x80, 0x80, 0x80, 0x80,
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
    };
    __m128i up = _mm_loadu_si128((const __m128i *)(moves + 16 - offset));
    __m128i out = _mm_loadu_si128((const __m128i *)(moves + 32 - offset));
    __m128i *halves = (__m128i *)digest;
    __m128i first = _mm_loadu_si128(halves), second = _mm_loadu_si128(halves + 1);

    const __m128i *bytes = (const __m128i *)message;
    __m128i middle = _mm_or_si128(_mm_shuffle_epi8(first, out), _mm_shuffle_epi8(second, up));
    __m128i w[4] = {
        swapped(_mm_or_si128(_mm_loadu_si128(bytes), _mm_shuffle_epi8(first, up))),
        swapped(_mm_or_si128(_mm_loadu_si128(bytes + 1), middle)),
        swapped(_mm_or_si128(_mm_loadu_si128(bytes + 2), _mm_shuffle_epi8(second, out))),
        swapped(_mm_loadu_si128(bytes + 3)),
    };
    sha256_state initial = {
        _mm_set_epi32(0x6A09E667, (int)0xBB67AE85, 0x510E527F, (int)0x9B05688C),
        _mm_set_epi32(0x3C6EF372, (int)0xA54FF53A, 0x1F83D9AB, 0x5BE0CD19),
    };
    sha256_state state = with_chunks(with_chunk(initial, w), message + 64, chunk_count - 1);
    __m128i abcd, efgh;
    end(state, &abcd, &efgh);
    _mm_storeu_si128(halves, swapped(abcd));
    _mm_storeu_si128(halves + 1, swapped(efgh));
}

static bool has_instructions(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

// Runs once, before any thread can hash.
__attribute__((constructor)) static void choose(void) {
    if (!has_instructions()) return;
    sha256_compress = compress;
    sha256_link = link;
}
#endif
