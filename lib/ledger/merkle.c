/* The Merkle root of a group's records (RFC 6962 section 2.1). Pure; runs in the journal thread
 * when a group is made and in any thread that reads one. */
#include "ledger/merkle.h"

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
