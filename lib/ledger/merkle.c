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

static struct hash node(const struct hash *left, const struct hash *right)
{
    uint8_t bytes[1 + 2 * HASH_SIZE];
    bytes[0] = 0x01;
    memcpy(bytes + 1, left->bytes, HASH_SIZE);
    memcpy(bytes + 1 + HASH_SIZE, right->bytes, HASH_SIZE);
    return hash_sha256(bytes, sizeof(bytes));
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
