/* The Merkle tree against the vectors of the certificate-transparency reference code, and against
 * the definition in RFC 6962 written down recursively. */
#include "ledger/merkle.h"

#include "fixture.h"

static const struct slice leaves[8] = {
    {(const uint8_t *)"", 0},
    {(const uint8_t *)"\x00", 1},
    {(const uint8_t *)"\x10", 1},
    {(const uint8_t *)"\x20\x21", 2},
    {(const uint8_t *)"\x30\x31", 2},
    {(const uint8_t *)"\x40\x41\x42\x43", 4},
    {(const uint8_t *)"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {(const uint8_t *)"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};

static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void test_vectors(void **state)
{
    (void)state;
    struct merkle tree = {0};
    for (int n = 0; n <= 8; n++) {
        char text[HASH_TEXT];
        struct hash root = merkle_root(&tree);
        assert_string_equal(hash_format(&root, text), roots[n]);
        if (n < 8) {
            struct hash leaf = merkle_leaf(leaves[n]);
            merkle_add(&tree, &leaf);
        }
    }
}

static struct hash by_definition(const struct hash *leaf, size_t n)
{
    if (n == 1)
        return leaf[0];
    size_t split = 1;
    while (split * 2 < n)
        split *= 2;
    uint8_t bytes[1 + 2 * HASH_SIZE] = {1};
    struct hash left = by_definition(leaf, split), right = by_definition(leaf + split, n - split);
    memcpy(bytes + 1, left.bytes, HASH_SIZE);
    memcpy(bytes + 1 + HASH_SIZE, right.bytes, HASH_SIZE);
    return hash_sha256(bytes, sizeof(bytes));
}

static void test_definition(void **state)
{
    (void)state;
    struct hash leaf[300];
    struct merkle tree = {0};
    for (size_t n = 1; n <= 300; n++) {
        struct slice record = {(const uint8_t *)&n, sizeof(n)};
        leaf[n - 1] = merkle_leaf(record);
        merkle_add(&tree, &leaf[n - 1]);
        struct hash root = merkle_root(&tree), expected = by_definition(leaf, n);
        assert_memory_equal(root.bytes, expected.bytes, HASH_SIZE);
    }
}

/* However many there are, in batches they make the tree that they make one by one, also where some
 * were added that way before. */
static void test_batches(void **state)
{
    (void)state;
    enum { MOST = 3 * (int)MERKLE_BATCH + 2 };
    static uint8_t leaf[MOST][5]; /* the prefix and a number */
    struct slice pieces[MOST];
    for (uint32_t i = 0; i < MOST; i++) {
        memcpy(leaf[i] + 1, &i, sizeof i);
        pieces[i] = (struct slice){leaf[i], i % 3 == 0 ? 1 : sizeof leaf[i]};
    }
    struct merkle slow = {0};
    for (size_t n = 0; n <= MOST; n++) {
        struct merkle quick = {0};
        for (size_t at = 0; at < n; at += MERKLE_BATCH)
            merkle_add_batch(&quick, pieces + at, n - at < MERKLE_BATCH ? n - at : MERKLE_BATCH);
        struct hash root = merkle_root(&quick), expected = merkle_root(&slow);
        assert_memory_equal(root.bytes, expected.bytes, HASH_SIZE);
        assert_int_equal(quick.count, n);
        if (n == MOST)
            break;
        struct hash one = merkle_leaf((struct slice){pieces[n].data + 1, pieces[n].size - 1});
        merkle_add(&slow, &one);
    }
}

/* Without the prefixes two leaves could be passed off as one. */
static void test_leaf_is_not_node(void **state)
{
    (void)state;
    struct hash one = merkle_leaf(leaves[0]), two = merkle_leaf(leaves[1]);
    struct merkle tree = {0}, forged = {0};
    merkle_add(&tree, &one);
    merkle_add(&tree, &two);
    uint8_t both[2 * HASH_SIZE];
    memcpy(both, one.bytes, HASH_SIZE);
    memcpy(both + HASH_SIZE, two.bytes, HASH_SIZE);
    struct hash leaf = merkle_leaf((struct slice){both, sizeof(both)});
    merkle_add(&forged, &leaf);
    struct hash a = merkle_root(&tree), b = merkle_root(&forged);
    assert_memory_not_equal(a.bytes, b.bytes, HASH_SIZE);
}

/* RFC 6962 section 2.1.1 as it is written: the path of leaf m, its neighbour first. */
static uint32_t path_by_definition(const struct hash *leaf, size_t n, size_t m, struct hash *path)
{
    if (n == 1)
        return 0;
    size_t split = 1;
    while (split * 2 < n)
        split *= 2;
    uint32_t length;
    if (m < split) {
        length = path_by_definition(leaf, split, m, path);
        path[length] = by_definition(leaf + split, n - split);
    } else {
        length = path_by_definition(leaf + split, n - split, m - split, path);
        path[length] = by_definition(leaf, split);
    }
    return length + 1;
}

#define PATHS_TO 65

static void test_paths(void **state)
{
    (void)state;
    struct hash all[PATHS_TO], path[MERKLE_PATH_MAX], expected[MERKLE_PATH_MAX];
    for (uint32_t i = 0; i < PATHS_TO; i++)
        all[i] = merkle_leaf((struct slice){(const uint8_t *)&i, sizeof(i)});
    for (uint32_t n = 1; n <= PATHS_TO; n++) {
        struct hash root = by_definition(all, n);
        for (uint32_t m = 0; m < n; m++) {
            uint32_t length = merkle_path(all, n, m, path);
            assert_int_equal(length, path_by_definition(all, n, m, expected));
            assert_int_equal(length, merkle_path_length(n, m));
            assert_memory_equal(path, expected, length * sizeof(struct hash));
            struct hash reached = merkle_climb(&all[m], n, m, path);
            assert_memory_equal(reached.bytes, root.bytes, HASH_SIZE);
            /* Nothing else leads there: no other leaf, no other hash on the way. */
            struct hash other = all[m];
            other.bytes[31] ^= 1;
            reached = merkle_climb(&other, n, m, path);
            assert_memory_not_equal(reached.bytes, root.bytes, HASH_SIZE);
            for (uint32_t k = 0; k < length; k++) {
                path[k].bytes[0] ^= 0x80;
                reached = merkle_climb(&all[m], n, m, path);
                assert_memory_not_equal(reached.bytes, root.bytes, HASH_SIZE);
                path[k].bytes[0] ^= 0x80;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors), cmocka_unit_test(test_definition),
        cmocka_unit_test(test_batches), cmocka_unit_test(test_leaf_is_not_node),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
