/* What a case says of audit: facts, answers, and the findings that it expects. */
#ifndef CASES_CASE_AUDIT_H
#define CASES_CASE_AUDIT_H

#include "cases/case.h"

/* One of `expect.findings`; what a text or amount leaves out is not compared. */
struct expected_finding {
    const char *rule_id, *feedetl_sn, *setl_id, *reason_code; /* NULL: left out */
    int outcome;                                              /* -1: left out */
    int64_t vola_amt;                                         /* -1: left out */
};

/* For audit: member.standing and institution.standing; `earlier`; and of a claim diagnoses, answers
 * and expect.findings. False when out of memory. */
void case_read_standing(const struct yaml_node *node, struct audit_state *out);
bool case_read_earlier(const struct yaml_node *node, const struct policy *policy,
                       struct arena *arena, struct policy_case *out) MUST_CHECK;
bool case_read_diagnoses(const struct yaml_node *list, struct arena *arena,
                         struct case_claim *out) MUST_CHECK;
bool case_read_answers(const struct yaml_node *list, const struct pack *pack, struct arena *arena,
                       struct case_claim *out) MUST_CHECK;
bool case_read_findings(const struct yaml_node *list, const struct pack *pack, struct arena *arena,
                        struct case_claim *out) MUST_CHECK;

#endif
