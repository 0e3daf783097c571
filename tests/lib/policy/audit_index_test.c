/* The slots of each entry of a catalogue: what the index says is what the selectors say. */
#include "audits.h"

#define DRUG "XJ01CAA040A001010190001"
#define FEE "001102000010000"

static bool has(const struct pack *pack, const char *code, int32_t day, uint16_t slot)
{
    const struct catalogue_entry *entry;
    assert_int_equal(catalogue_find(pack_catalogue(pack), code, day, &entry), CATALOGUE_FOUND);
    const uint64_t *set = audit_rules_of(pack_audit(pack), pack_catalogue(pack), entry);
    return set && set[slot / 64] >> slot % 64 & 1;
}

static void prefixes_types_and_exceptions(void **state)
{
    (void)state;
    struct pack *pack = audit_pack(audit_text);
    const struct audit_rules *rules = pack_audit(pack);
    const int32_t day = date_of(2025, 5, 1);
    assert_int_equal(rules->slot_count, 7);
    /* In the order of the text: women, supply, beds, week, beside, its others, price. */
    assert_true(has(pack, FEE, day, 0) && !has(pack, DRUG, day, 0));
    assert_true(has(pack, DRUG, day, 1) && !has(pack, FEE, day, 1));
    assert_false(has(pack, DRUG, day, 2) || has(pack, FEE, day, 2));
    assert_true(has(pack, DRUG, day, 3) && has(pack, FEE, day, 3)); /* all but beds */
    assert_true(has(pack, DRUG, day, 4) && !has(pack, FEE, day, 4));
    /* `with` has the consultation, through the exclude rule's second slot. */
    const uint16_t with = rules->rules[4].as.exclude.with;
    assert_true(has(pack, FEE, day, with) && !has(pack, DRUG, day, with));
    assert_false(has(pack, DRUG, day, 6) || has(pack, FEE, day, 6)); /* none of limited use */
    pack_free(pack);
}

/* Many rules, so that sets have several words: each code is in exactly its own rule. */
static void many_rules(void **state)
{
    (void)state;
    enum { RULES = 300 };
    char *audit, *catalogue;
    size_t size;
    FILE *rules = open_memstream(&audit, &size), *rows = open_memstream(&catalogue, &size);
    assert_true(rules && rows);
    fputs("language: 1\nclauses:\n  X: {text: x, provenance: official}\nrules:\n", rules);
    fprintf(rows, "%.*s\n", (int)strcspn(catalogue_text, "\n"), catalogue_text);
    for (int i = 0; i < RULES; i++) {
        fprintf(rules,
                "  - {rule: r%d, zh: r, clause: X, level: inform, items: {any: {codes: "
                "[\"00%04d\"]}}, only: {sex: 1}}\n",
                i, i);
        fprintf(rows, "00%04d000000000,x,01,09,0,0,0,0,,,2024-01-01,,,,,\n", i);
    }
    fclose(rules);
    fclose(rows);
    struct faults *faults = faults_new();
    struct pack *pack;
    const struct named_text files[] = {{"audit.yaml", audit},
                                       {"catalogue.csv", catalogue},
                                       {"institutions.csv", institutions_text},
                                       {"policy.yaml", policy_text}};
    size_t capacity = strlen(audit) + strlen(catalogue) + 65536;
    uint8_t *bytes = malloc(capacity);
    assert_non_null(bytes);
    struct writer w = writer_on(bytes, capacity);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        write_text(&w, files[i].name);
        write_u32(&w, (uint32_t)strlen(files[i].text));
        write_bytes(&w, files[i].text, strlen(files[i].text));
    }
    enum err err = pack_compile((struct slice){bytes, w.used}, &pack, faults);
    if (err != ERR_OK)
        faults_print(faults);
    assert_int_equal(err, ERR_OK);
    assert_int_equal(pack_audit(pack)->words, (RULES + 63) / 64);
    for (int i = 0; i < RULES; i++) {
        char code[32];
        snprintf(code, sizeof code, "00%04d000000000", i);
        for (uint16_t slot = 0; slot < RULES; slot++)
            assert_int_equal(has(pack, code, date_of(2024, 2, 1), slot), slot == i);
    }
    pack_free(pack);
    free(bytes);
    free(faults);
    free(audit);
    free(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_types_and_exceptions),
        cmocka_unit_test(many_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
