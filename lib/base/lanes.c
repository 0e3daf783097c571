/* Sixteen lanes of a 512-bit register hash sixteen messages in step; a lane whose message ends
 * takes the next one. SHA-256 of one message waits for its own last round most of the time, also
 * with the processor's instructions for it: sixteen at once take about half of it each.
 *
 * A message is read where it is, but for its last blocks, which are padded in the lane. When too
 * few are left they are finished one by one, by OpenSSL. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdbool.h>
#include <string.h>

#include "base/hash.h"

#define BLOCK SHA256_CBLOCK

#if defined(__x86_64__)

#include <immintrin.h>

#define LANES 16
/* With fewer messages than these the processor's SHA instructions are faster. */
#define LANES_FEW 10
#define WIDE __attribute__((target("avx512f,avx512bw")))

struct lanes {
    uint32_t state[8][LANES] __attribute__((aligned(64)));
    const uint8_t *at[LANES];       /* the next block */
    size_t left[LANES];             /* blocks from there on; 0: the lane is idle */
    bool ending[LANES];             /* they are the last ones */
    size_t item[LANES];             /* the piece */
    uint8_t last[LANES][2 * BLOCK]; /* its last blocks, padded */
    const struct slice *pieces;
    size_t count, next;
    unsigned int live; /* lanes that are at work */
};

static const uint32_t first_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* The sixteen words of a block of every lane: rows of lanes become rows of words. */
WIDE static inline void load_words(__m512i w[16], const uint8_t *const at[LANES], size_t offset)
{
    const __m512i swap = _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
    __m512i t[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++)
        w[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(at[i] + offset), swap);
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(w[i], w[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(w[i], w[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {
        w[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        w[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        w[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        w[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(w[i], w[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(w[i], w[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(w[i + 8], w[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(w[i + 8], w[i + 12], 0xdd);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        w[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        w[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
        w[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
        w[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

#define XOR3 0x96
#define CHOOSE 0xca
#define MAJORITY 0xe8
#define TURN(x, n) _mm512_ror_epi32(x, n)
#define ADD(x, y) _mm512_add_epi32(x, y)
#define SUM0(x) _mm512_ternarylogic_epi32(TURN(x, 2), TURN(x, 13), TURN(x, 22), XOR3)
#define SUM1(x) _mm512_ternarylogic_epi32(TURN(x, 6), TURN(x, 11), TURN(x, 25), XOR3)
#define MIX0(x) _mm512_ternarylogic_epi32(TURN(x, 7), TURN(x, 18), _mm512_srli_epi32(x, 3), XOR3)
#define MIX1(x) _mm512_ternarylogic_epi32(TURN(x, 17), TURN(x, 19), _mm512_srli_epi32(x, 10), XOR3)

/* s[(n - i) & 7] are the letters a, b, c … of the standard in round i: nothing is moved. */
#define LETTER(n, i) s[((n) - (i)) & 7]
#define ROUND(i, k)                                                                                \
    do {                                                                                           \
        __m512i e = LETTER(4, i), a = LETTER(0, i);                                                \
        __m512i f = LETTER(5, i), g = LETTER(6, i), b = LETTER(1, i), c = LETTER(2, i);            \
        __m512i t = ADD(ADD(LETTER(7, i), ADD(w[i], _mm512_set1_epi32((int)(k)))),                 \
                        ADD(SUM1(e), _mm512_ternarylogic_epi32(e, f, g, CHOOSE)));                 \
        LETTER(3, i) = ADD(LETTER(3, i), t);                                                       \
        LETTER(7, i) = ADD(t, ADD(SUM0(a), _mm512_ternarylogic_epi32(a, b, c, MAJORITY)));         \
    } while (0)

/* `blocks` more of every lane. */
WIDE static void compress(uint32_t state[8][LANES], const uint8_t *const at[LANES], size_t blocks)
{
    __m512i s[8], before[8], w[16];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        s[i] = _mm512_load_si512(state[i]);
    for (size_t block = 0; block < blocks; block++) {
        load_words(w, at, block * BLOCK);
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++)
            before[i] = s[i];
        for (int from = 0; from < 64; from += 16) {
            const uint32_t *k = &constants[from];
            bool last = from == 48;
#pragma GCC unroll 16
            for (int i = 0; i < 16; i++) {
                ROUND(i, k[i]);
                if (!last)
                    w[i] = ADD(ADD(w[i], MIX0(w[(i + 1) & 15])),
                               ADD(w[(i + 9) & 15], MIX1(w[(i + 14) & 15])));
            }
        }
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++)
            s[i] = ADD(s[i], before[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        _mm512_store_si512(state[i], s[i]);
}

/* What is left of the piece behind its whole blocks, padded. */
static void begin_last(struct lanes *l, unsigned int lane)
{
    const struct slice piece = l->pieces[l->item[lane]];
    size_t rest = piece.size % BLOCK, size = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;
    uint64_t bits = __builtin_bswap64((uint64_t)piece.size * 8);
    uint8_t *last = l->last[lane];
    if (rest > 0)
        memcpy(last, piece.data + piece.size - rest, rest);
    last[rest] = 0x80;
    memset(last + rest + 1, 0, size - rest - 1);
    memcpy(last + size - sizeof bits, &bits, sizeof bits);
    l->at[lane] = last;
    l->left[lane] = size / BLOCK;
    l->ending[lane] = true;
}

/* The next piece, if there is one. */
static void begin(struct lanes *l, unsigned int lane)
{
    if (l->next == l->count)
        return;
    const struct slice piece = l->pieces[l->item[lane] = l->next++];
    for (int i = 0; i < 8; i++)
        l->state[i][lane] = first_state[i];
    l->live++;
    l->at[lane] = piece.data;
    l->left[lane] = piece.size / BLOCK;
    l->ending[lane] = false;
    if (l->left[lane] == 0)
        begin_last(l, lane);
}

/* A lane has no blocks left. */
static void go_on(struct lanes *l, unsigned int lane, struct hash *out)
{
    if (!l->ending[lane]) {
        begin_last(l, lane);
        return;
    }
    for (int i = 0; i < 8; i++) {
        uint32_t word = __builtin_bswap32(l->state[i][lane]);
        memcpy(out[l->item[lane]].bytes + 4 * i, &word, sizeof word);
    }
    l->live--;
    begin(l, lane);
}

/* As many blocks as every lane has. What an idle one reads does not matter, but must be there. */
static void step(struct lanes *l, struct hash *out)
{
    size_t blocks = SIZE_MAX;
    const uint8_t *readable = NULL;
    for (unsigned int lane = 0; lane < LANES; lane++)
        if (l->left[lane] > 0 && l->left[lane] < blocks) {
            blocks = l->left[lane];
            readable = l->at[lane];
        }
    for (unsigned int lane = 0; lane < LANES; lane++)
        l->at[lane] = l->left[lane] > 0 ? l->at[lane] : readable;
    compress(l->state, l->at, blocks);
    for (unsigned int lane = 0; lane < LANES; lane++) {
        if (l->left[lane] == 0)
            continue;
        l->at[lane] += blocks * BLOCK;
        l->left[lane] -= blocks;
        if (l->left[lane] == 0)
            go_on(l, lane, out);
    }
}

static void finish_alone(struct lanes *l, unsigned int lane, struct hash *out)
{
    SHA256_CTX context;
    while (l->left[lane] > 0) {
        for (int i = 0; i < 8; i++)
            context.h[i] = l->state[i][lane];
        for (; l->left[lane] > 0; l->left[lane]--, l->at[lane] += BLOCK)
            SHA256_Transform(&context, l->at[lane]);
        for (int i = 0; i < 8; i++)
            l->state[i][lane] = context.h[i];
        go_on(l, lane, out);
    }
}

static void hash_in_lanes(const struct slice *pieces, size_t count, struct hash *out)
{
    struct lanes l = {.pieces = pieces, .count = count};
    for (unsigned int lane = 0; lane < LANES; lane++)
        begin(&l, lane);
    while (l.live >= LANES_FEW)
        step(&l, out);
    for (unsigned int lane = 0; lane < LANES; lane++)
        finish_alone(&l, lane, out);
}

static bool wide(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

#endif

void hash_sha256_many(const struct slice *pieces, size_t count, struct hash *out)
{
#if defined(__x86_64__)
    if (count >= LANES_FEW && wide()) {
        hash_in_lanes(pieces, count, out);
        return;
    }
#endif
    for (size_t i = 0; i < count; i++)
        out[i] = hash_sha256(pieces[i].data, pieces[i].size);
}
