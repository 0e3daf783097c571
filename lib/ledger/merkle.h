/* Merkle trees as RFC 6962 section 2.1 has them: a leaf is hash(0x00, record), a node is
 * hash(0x01, left, right), and a tree of n leaves splits at the largest power of two below n. */
#ifndef LEDGER_MERKLE_H
#define LEDGER_MERKLE_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/hash.h"

/* A tree that grows leaf by leaf; a value without anything to free. Zeroed, it is the empty tree.
 * peaks[i] is the root of a full tree of 2^i leaves where bit i of count is set. */
struct merkle {
    uint64_t count;
    struct hash peaks[32];
};

struct hash merkle_leaf(struct slice record);
/* Appends a leaf that merkle_leaf() made; at most 2^32 - 1 of them. */
void merkle_add(struct merkle *tree, const struct hash *leaf);
/* The same for many at once, MERKLE_BATCH of them but the last time. Each piece is a whole leaf,
 * the zero before its record included. */
#define MERKLE_BATCH ((size_t)128)
void merkle_add_batch(struct merkle *tree, const struct slice *pieces, size_t count);
/* The root over what was added so far; of the empty tree the hash of nothing. */
struct hash merkle_root(const struct merkle *tree);

/* Hashes beside the way from a leaf to the root, the leaf's neighbour first: the audit path of
 * RFC 6962 section 2.1.1. */
#define MERKLE_PATH_MAX 32
/* Fills path from all leaves of the tree; returns its length. index < count. */
uint32_t merkle_path(const struct hash *leaves, uint32_t count, uint32_t index,
                     struct hash path[MERKLE_PATH_MAX]);
/* The length that every path of that leaf has. */
uint32_t merkle_path_length(uint32_t count, uint32_t index);
/* The root that leaf `index` of `count` and a path of the right length lead to. */
struct hash merkle_climb(const struct hash *leaf, uint32_t count, uint32_t index,
                         const struct hash *path);

#endif
