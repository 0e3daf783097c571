/* The Merkle root of a group's records (RFC 6962 section 2.1). Pure; runs in the journal thread
 * when a group is made and in any thread that reads one. */
#include "ledger/merkle.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"

struct hash merkle_leaf(struct slice record)
{
    static const uint8_t prefix = 0x00;
    return hash_sha256_pair(&prefix, 1, record.data, record.size);
}

/* As it is hashed. */
struct pair {
    uint8_t prefix;
    struct hash left, right;
};

_Static_assert(sizeof(struct pair) == 1 + 2 * HASH_SIZE, "a pair has no holes");

static struct hash node(const struct hash *left, const struct hash *right)
{
    const struct pair pair = {0x01, *left, *right};
    return hash_sha256(&pair, sizeof pair);
}

void merkle_add(struct merkle *tree, const struct hash *leaf)
{
    CHECK(tree->count < UINT32_MAX);
    struct hash carry = *leaf;
    unsigned int level = 0;
    for (; tree->count >> level & 1; level++)
        carry = node(&tree->peaks[level], &carry);
    tree->peaks[level] = carry;
    tree->count++;
}

/* The level above `count` hashes, in their place; returns how many it has. The last of an odd
 * number has no neighbour yet and is left out. */
static size_t level_above(struct hash *hashes, size_t count)
{
    struct pair pairs[MERKLE_BATCH / 2];
    struct slice pieces[MERKLE_BATCH / 2];
    for (size_t i = 0; i < count / 2; i++) {
        pairs[i] = (struct pair){0x01, hashes[2 * i], hashes[2 * i + 1]};
        pieces[i] = (struct slice){(const uint8_t *)&pairs[i], sizeof pairs[i]};
    }
    hash_sha256_many(pieces, count / 2, hashes);
    return count / 2;
}

void merkle_add_batch(struct merkle *tree, const struct slice *pieces, size_t count)
{
    struct hash hashes[MERKLE_BATCH];
    CHECK(count <= MERKLE_BATCH && tree->count % MERKLE_BATCH == 0);
    CHECK(tree->count <= UINT32_MAX - count);
    const uint64_t before = tree->count;
    hash_sha256_many(pieces, count, hashes);
    tree->count += count;
    unsigned int level = 0;
    for (; count > 0 && count < MERKLE_BATCH >> level; level++) {
        if (count % 2 == 1)
            tree->peaks[level] = hashes[count - 1];
        count = level_above(hashes, count);
    }
    if (count == 0)
        return;
    for (; count > 1; level++)
        count = level_above(hashes, count);
    for (; before >> level & 1; level++)
        hashes[0] = node(&tree->peaks[level], &hashes[0]);
    tree->peaks[level] = hashes[0];
}

struct hash merkle_root(const struct merkle *tree)
{
    if (tree->count == 0)
        return hash_sha256(NULL, 0);
    unsigned int level = (unsigned int)__builtin_ctzll(tree->count);
    struct hash root = tree->peaks[level];
    for (level++; tree->count >> level; level++) {
        if (tree->count >> level & 1)
            root = node(&tree->peaks[level], &root);
    }
    return root;
}

/* The largest power of two below `count`, which is over 1. */
static uint32_t split(uint32_t count)
{
    return UINT32_C(1) << (31 - __builtin_clz(count - 1));
}

static struct hash root_of(const struct hash *leaves, uint32_t count)
{
    struct merkle tree = {0};
    for (uint32_t i = 0; i < count; i++)
        merkle_add(&tree, &leaves[i]);
    return merkle_root(&tree);
}

uint32_t merkle_path_length(uint32_t count, uint32_t index)
{
    uint32_t length = 0;
    CHECK(index < count);
    for (; count > 1; length++) {
        uint32_t left = split(count);
        bool right = index >= left;
        index -= right ? left : 0;
        count = right ? count - left : left;
    }
    return length;
}

uint32_t merkle_path(const struct hash *leaves, uint32_t count, uint32_t index,
                     struct hash path[MERKLE_PATH_MAX])
{
    uint32_t length = merkle_path_length(count, index);
    for (uint32_t at = length; count > 1; at--) {
        uint32_t left = split(count);
        bool right = index >= left;
        path[at - 1] = right ? root_of(leaves, left) : root_of(leaves + left, count - left);
        leaves += right ? left : 0;
        index -= right ? left : 0;
        count = right ? count - left : left;
    }
    return length;
}

struct hash merkle_climb(const struct hash *leaf, uint32_t count, uint32_t index,
                         const struct hash *path)
{
    struct hash at = *leaf;
    CHECK(index < count);
    /* `last` is the place of the level's last node: one without a neighbour goes up as it is. */
    for (uint32_t last = count - 1; last > 0; index >>= 1, last >>= 1) {
        if (index % 2 == 1)
            at = node(path++, &at);
        else if (index < last)
            at = node(&at, path++);
    }
    return at;
}
