/* The fixture's pack with filings, three dimensions, and rules that select by them. */
#ifndef TESTS_POLICY_SITUATIONS_H
#define TESTS_POLICY_SITUATIONS_H

#include "fixture.h"

static const char situations_text[] =
    "filings:\n"
    "  referral: {zh: 转诊, codes: [\"2501\", \"2562\"], days: 180, clause: B}\n"
    "  residence: {zh: 长期居住, codes: [\"2505\"]}\n"
    "institution_tags: [tcm, county]\n"
    "situations:\n"
    "  place:\n"
    "    zh: 就医\n"
    "    values:\n"
    "      - {name: filed, zh: 已备案, when: {distance: [province, beyond], filing: [residence]}}\n"
    "      - {name: away, zh: 未备案, when: {distance: [province, beyond]}}\n"
    "      - {name: home, zh: 本地}\n"
    "  illness:\n"
    "    zh: 病种\n"
    "    values:\n"
    "      - {name: chemo, zh: 放化疗, when: {diseases: [Z51.1, C34, Z51.0], kinds: [inpatient]}}\n"
    "      - {name: old, zh: 老人门诊, when: {med_types: [\"11\"], age: {from: 70}, sex: 2},\n"
    "         clause: B}\n"
    "      - {name: other, zh: 其他}\n"
    "  group:\n"
    "    zh: 人群\n"
    "    values:\n"
    "      - {name: residents, zh: 居民, when: {insutypes: [\"390\"]}}\n"
    "      - {name: workers, zh: 在职, when: {classes: [active]}}\n"
    "      - {name: rest, zh: 退休}\n"
    "  rare:\n"
    "    zh: 少见\n"
    "    values:\n"
    "      - {name: birth, zh: 分娩, when: {delivery: [\"2\", \"1\"], emergency: false, newborn: "
    "true}}\n"
    "      - {name: named, zh: 定点, when: {institutions: [H43100299002, H43100299001], "
    "operations: [\"05\", \"06\"]}}\n"
    "      - {name: tagged, zh: 中医, when: {institution_tags: [county], trauma: true, birctrl: "
    "[\"3\"], fetus_cnt: {from: 2}, fetts: {to: 3}}}\n"
    "      - {name: rank, zh: 级别, when: {cvlserv_lv: [\"1\"], prescriber_grades: [level3]}}\n"
    "      - {name: moved, zh: 转院, when: {transfer: {to: [up, same], within_days: 1}}}\n"
    "      - {name: broken, zh: 中断, when: {break_days: 90, grades: [primary]}}\n"
    "      - {name: plain, zh: 其他}\n"
    "layers:\n";

/* The caller frees. */
static inline char *situations_policy(void)
{
    int line;
    char *text = spoil(policy_text, "layers:\n", situations_text, &line);
    char *rows =
        spoil(text, "        - {classes: [active], ratio: 0.85, clause: A}\n",
              "        - {classes: [active], in: {place: [filed, home]}, ratio: 0.85, "
              "clause: A}\n"
              "        - {classes: [active], in: {place: [away]}, ratio: 0.6, clause: A}\n",
              &line);
    free(text);
    return rows;
}

static inline void assert_situation_fault(const char *from, const char *to, int below,
                                          const char *key, const char *en)
{
    char *text = situations_policy();
    assert_text_fault(text, from, to, below, key, en);
    free(text);
}

#endif
