/* Folders into bundles, and torn bundles. */
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static void folder(void **state)
{
    (void)state;
    char dir[] = "/tmp/copayd-bundle-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct faults *faults = faults_new();
    uint8_t *bytes = (uint8_t *)"";
    size_t size = 1;
    write_file(dir, "policy.yaml", policy_text);
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_NOTFOUND);
    assert_null(bytes);
    assert_int_equal(faults->count, 2);
    assert_string_equal(faults->list[0].file, "catalogue.csv");
    assert_string_equal(faults->list[1].file, "institutions.csv");
    write_file(dir, "catalogue.csv", catalogue_text);
    write_file(dir, "institutions.csv", institutions_text);
    write_file(dir, "notes.txt", "not part of a pack");
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_OK);
    struct slice expected = bundle_of(policy_text, catalogue_text, institutions_text);
    assert_int_equal(size, expected.size);
    assert_memory_equal(bytes, expected.data, size);
    free((void *)expected.data);
    free(bytes);
    const char *sources = "infno,ver,imported\n1301,F001_20260101000000_C,2026-01-02\n";
    write_file(dir, "catalogue-sources.csv", sources);
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_OK);
    struct pack *pack;
    assert_int_equal(pack_compile((struct slice){bytes, size}, &pack, faults), ERR_OK);
    assert_int_equal(pack_catalogue_sources(pack)->count, 1);
    pack_free(pack);
    /* The smart-audit rules are a part of it, and of its digest. */
    struct hash without = hash_sha256(bytes, size);
    free(bytes);
    write_file(
        dir, "audit.yaml",
        "language: 1\nclauses: {X: {text: x, provenance: official}}\nrules:\n"
        "  - {rule: r, zh: r, clause: X, level: hold, standing: {of: member, is: [frozen]}}\n");
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_OK);
    assert_int_equal(pack_compile((struct slice){bytes, size}, &pack, faults), ERR_OK);
    assert_int_equal(pack_audit(pack)->rule_count, 1);
    struct hash digest = pack_digest(pack);
    assert_memory_not_equal(&digest, &without, sizeof digest);
    pack_free(pack);
    free(bytes);
    const char *names[] = {"policy.yaml", "catalogue.csv",         "institutions.csv",
                           "notes.txt",   "catalogue-sources.csv", "audit.yaml"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(dir), 0);
    free(faults);
}

static void several_versions(void **state)
{
    (void)state;
    char dir[] = "/tmp/copayd-bundle-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct faults *faults = faults_new();
    uint8_t *bytes;
    size_t size;
    const char *names[] = {"policy.yaml", "policy-2023.yaml", "policy2022.yaml"};
    write_file(dir, names[0], "b");
    write_file(dir, names[1], "a");
    assert_int_equal(pack_bundle_versions(dir, &bytes, &size, faults), ERR_OK);
    const struct named_text files[] = {{names[1], "a"}, {names[0], "b"}};
    struct slice expected = bundle_of_files(files, ARRAY_LEN(files));
    assert_int_equal(size, expected.size);
    assert_memory_equal(bytes, expected.data, size);
    free((void *)expected.data);
    free(bytes);
    write_file(dir, names[2], "c"); /* left out in silence, its rules would be missed by nobody */
    assert_int_equal(pack_bundle_versions(dir, &bytes, &size, faults), ERR_INVALID);
    assert_string_equal(faults->list[0].file, names[2]);
    assert_fault(faults, 0, "", "not a name of a version");
    assert_null(bytes);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(dir), 0);
    free(faults);
}

static void folders_that_cannot_be_read(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    uint8_t *bytes = NULL;
    size_t size = 0;
    char name[5000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(pack_bundle(name, &bytes, &size, faults), ERR_LIMIT);
    assert_int_equal(faults->count, 3);
    assert_fault(faults, 0, "", "over a limit");
    assert_int_equal(pack_bundle("/proc/self/no-such", &bytes, &size, faults), ERR_NOTFOUND);
    assert_fault(faults, 0, "", "No such file");
    char dir[] = "/tmp/copayd-bundle-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/catalogue.csv", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_IO);
    assert_fault(faults, 0, "", "Is a directory");
    assert_null(bytes);
    assert_int_equal(rmdir(path), 0);
    /* Nobody writes to it: it would be waited for. */
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_INVALID);
    assert_fault(faults, 0, "", "no regular file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    free(faults);
}

static void torn_bundles(void **state)
{
    (void)state;
    struct slice whole = bundle_of(policy_text, catalogue_text, institutions_text);
    for (size_t size = 0; size < whole.size; size += size < 40 ? 1 : 997) {
        uint8_t *cut = malloc(size + 1);
        assert_non_null(cut);
        memcpy(cut, whole.data, size);
        struct faults *faults = faults_new();
        struct pack *pack;
        assert_int_equal(pack_compile((struct slice){cut, size}, &pack, faults), ERR_INVALID);
        assert_true(faults->count > 0);
        free(faults);
        free(cut);
    }
    free((void *)whole.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder),
        cmocka_unit_test(several_versions),
        cmocka_unit_test(folders_that_cannot_be_read),
        cmocka_unit_test(torn_bundles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
