/* A case: one member, what the year holds already, claims in order, and what a published source
 * says of them (design section 8). Read from YAML with closed keys and exact amounts. */
#ifndef CASES_CASE_H
#define CASES_CASE_H

#include "adjudicate/adjudicate.h"
#include "audit/audit.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/yaml.h"
#include "policy/pack.h"

#define CASE_CLAIMS_MAX 100
#define CASE_LINES_MAX 1000
#define CASE_ARENA_MAX (64 * 1024 * 1024)

/* The fields of setlinfo by their national names; ends with a NULL name. */
struct case_field {
    const char *name;
    size_t offset; /* of the amount in struct totals */
};
extern const struct case_field case_fields[];

/* One key of `expect`: a field of setlinfo, or the reason of a refusal. */
struct expectation {
    const char *name;
    size_t offset; /* of the field in struct totals */
    uint8_t step;  /* the sum of such steps' amounts instead, enum step_code */
    int64_t fen;
    enum reason refused; /* REASON_NONE: a field */
    int line;
};

struct expected_finding; /* cases/case_audit.h */

struct case_claim {
    int line;       /* of the file */
    uint32_t voids; /* the claim that it voids, from 1, and a copy of its bill; 0: none */
    struct claim claim;
    struct stated_line *stated; /* NULL: lines by catalogue code */
    struct institution institution;
    int64_t setl_time; /* ms */
    uint32_t expectation_count;
    struct expectation *expectations;
    /* For audit. */
    struct audit_state place;
    uint32_t diagnosis_count, answer_count;
    const char **diagnoses;
    struct audit_answer *answers;
    bool expects_findings; /* all of them, in their order */
    struct expectation findings_key;
    uint32_t finding_count;
    struct expected_finding *findings;
};

struct policy_case {
    const char *file, *name, *source, *policy;
    const struct pack *pack; /* what it was read against */
    struct person person;
    struct filings filings;
    bool has_previous;
    struct previous_stay previous; /* before the next claim */
    int64_t balc, family_balc;     /* personal account and relatives' before, fen */
    int64_t avg_mon_wage;
    uint8_t continuous_years, zero_claim_years;
    struct accums history;
    /* For audit: before the first claim. */
    struct audit_state standing;
    uint32_t visit_count, dispensed_count;
    struct audit_visit *visits;
    struct audit_dispensed *dispensed; /* in order of date */
    uint32_t claim_count;
    struct case_claim *claims;
};

/* Reads a case against the pack that will adjudicate it (grades, layers and identities are the
 * policy's names). Texts and arrays borrow from the arena and the document, which the caller keeps;
 * file and pack are borrowed too. What is wrong is in faults; ERR_NOMEM when the arena is
 * exhausted, ERR_INVALID when it added faults. */
enum err case_read(const char *file, const struct yaml *document, const struct pack *pack,
                   struct arena *arena, struct faults *faults, struct policy_case *out) MUST_CHECK;

/* One item of `claims`; part of case_read(). `number` counts from 1. False when out of memory. */
bool case_read_claim(const struct yaml_node *node, uint32_t number, struct policy_case *out,
                     struct arena *arena, struct case_claim *claim) MUST_CHECK;

/* member.filings, history and history.previous; parts of case_read(). */
void case_read_filings(const struct yaml_node *list, const struct policy *policy,
                       struct policy_case *out);
void case_read_history(const struct yaml_node *node, const struct policy *policy,
                       struct policy_case *out);
void case_read_previous(const struct yaml_node *node, const struct policy *policy,
                        struct policy_case *out);

/* The policy in force when the claim, or the one that it voids, is settled; NULL when none is. */
const struct policy *case_policy(const struct policy_case *policy_case,
                                 const struct case_claim *claim);
/* A name in a field of fixed size; the reader has checked that it fits. */
void case_put(char *out, size_t capacity, const char *text);

/* The institution of a claim; part of case_read_claim(). */
void case_read_institution(const struct yaml_node *node, const struct policy *policy, bool pharmacy,
                           struct institution *out);
/* A grade of the policy by the key's name; absent leaves *out alone. */
void case_read_grade(const struct yaml_node *map, const char *key, const char *const names[],
                     uint8_t count, uint8_t *out);

#endif
