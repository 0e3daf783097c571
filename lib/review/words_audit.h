/* Smart-audit rules in words. */
#ifndef REVIEW_WORDS_AUDIT_H
#define REVIEW_WORDS_AUDIT_H

#include "model/claim.h"
#include "policy/pack.h"
#include "review/words.h"

/* What a rule does, for whom and about what, with its clause. */
void say_audit_rule(FILE *out, enum lang lang, const struct policy *policy,
                    const struct audit_rules *rules, const struct audit_rule *rule);
/* The same of a pack's rule as a text; the caller frees it. */
char *audit_rule_words(enum lang lang, const struct pack *pack, const struct audit_rule *rule);

#endif
