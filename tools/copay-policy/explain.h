/* One adjudicated claim explained, and where a figure came from. */
#ifndef COPAY_POLICY_EXPLAIN_H
#define COPAY_POLICY_EXPLAIN_H

#include <jansson.h>

#include "cases/case.h"
#include "review/words.h"

/* Whose case it is and where its figures are from. */
void explain_head(enum lang lang, const struct policy_case *policy_case);
/* Insurance, class, kind of care, grade and day of one adjudicated bill. */
void explain_whose(FILE *out, enum lang lang, const struct case_claim *claim,
                   const struct policy *policy, const struct result *result);
/* Prints lines, steps with their clauses and provenance, rows, totals and accumulators moved. */
void explain_claim(enum lang lang, const struct policy_case *policy_case, uint32_t number,
                   const struct case_claim *claim, const struct policy *policy,
                   const struct result *result);
/* What the pack's audit rules found; nothing for NULL. */
void explain_findings(enum lang lang, const struct case_claim *claim, const struct pack *pack,
                      const struct audit_report *report);
/* Prints a refusal's reasons. */
void explain_problems(enum lang lang, const struct problems *problems);

/* The same as JSON, a new reference; a refusal has "refused" and nothing computed. `policy` may be
 * NULL then. Amounts are yuan as strings. */
json_t *explain_json(enum lang lang, const struct case_claim *claim, const struct policy *policy,
                     const struct result *result);
/* A new reference: the findings as an array. */
json_t *explain_findings_json(enum lang lang, const struct case_claim *claim,
                              const struct pack *pack, const struct audit_report *report);

#define EXPLAIN_TEXT 512
/* The step or line that a field of the totals came from, in both languages; returns buf. */
char *explain_origin(const struct policy *policy, const struct result *result,
                     const struct expectation *expectation, char buf[EXPLAIN_TEXT]);

#endif
