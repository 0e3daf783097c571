/* item_tags and lists of items: defined once, at most so many, the same in all versions. */
#include "fixture.h"

static void tags(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "layers:\n", "item_tags: [dual, tcm]\nlayers:\n", &line);
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_version(pack, 0);
    assert_int_equal(policy_item_tag(p, "dual"), 0);
    assert_int_equal(policy_item_tag(p, "tcm"), 1);
    assert_int_equal(policy_item_tag(p, "bed"), -1);
    pack_free(pack);
    free(text);
    assert_policy_fault("layers:\n", "item_tags: [dual, dual]\nlayers:\n", 0, "item_tags[1]",
                        "twice");
}

#define SCOPE "med_chrgitm_type: [\"02\", \"12\"]"

/* The first two layers have the scope all; the third here has many. */
static void equal_lists_share_a_bit(void **state)
{
    (void)state;
    int line;
    char *one = spoil(policy_text, SCOPE, "items: [XB, XA]", &line);
    char *text =
        spoil(one, "    scope: all\n    accumulates: stay\n",
              "    scope: {none: {items: [XA, XB]}, clause: A}\n    accumulates: stay\n", &line);
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_version(pack, 0);
    assert_int_equal(p->lines.items->count, 1);
    assert_int_equal(p->layers[0].scope.none.tags, p->layers[2].scope.any.tags);
    assert_string_equal(p->lines.items->lists[0].prefixes[0], "XA");
    pack_free(pack);
    free(text);
    free(one);
}

/* Versions share one catalogue, and so its bits. */
static void versions_share_them(void **state)
{
    (void)state;
    int line;
    char *now = spoil(policy_text, SCOPE, "items: [XA]", &line);
    char *old = spoil(policy_text, SCOPE, "items: [XB]", &line);
    char *before = spoil(old, "{from: 2024-01-01, to: 2025-12-31}",
                         "{from: 2023-01-01, to: 2023-12-31}", &line);
    char *tagged = spoil(before, "layers:\n", "item_tags: [dual]\nlayers:\n", &line);
    const struct named_text files[] = {{"policy-old.yaml", before}, {"policy.yaml", now}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_versions(bundle, &pack, faults), ERR_OK);
    assert_ptr_equal(pack_version(pack, 0)->lines.items, pack_version(pack, 1)->lines.items);
    assert_int_equal(pack_version(pack, 0)->lines.items->count, 2);
    assert_int_not_equal(pack_version(pack, 0)->layers[2].scope.any.tags,
                         pack_version(pack, 1)->layers[2].scope.any.tags);
    pack_free(pack);
    free((void *)bundle.data);
    const struct named_text differ[] = {{"policy-old.yaml", tagged}, {"policy.yaml", now}};
    bundle = bundle_of_files(differ, ARRAY_LEN(differ));
    assert_int_equal(pack_compile_versions(bundle, &pack, faults), ERR_INVALID);
    assert_fault(faults, 1, "", "item_tags differs from policy-old.yaml");
    free((void *)bundle.data);
    free(faults);
    free(tagged);
    free(before);
    free(old);
    free(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags),
        cmocka_unit_test(equal_lists_share_a_bit),
        cmocka_unit_test(versions_share_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
