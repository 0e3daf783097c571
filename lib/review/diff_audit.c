/* What changed in the smart-audit rules: by their ids, as they read in words. */
#include <stdlib.h>
#include <string.h>

#include "review/diff.h"
#include "review/words_audit.h"

static const struct audit_rule *find(const struct pack *pack, const char *rule_id)
{
    const struct audit_rules *rules = pack_audit(pack);
    for (uint16_t i = 0; rules && i < rules->rule_count; i++)
        if (strcmp(rules->rules[i].rule_id, rule_id) == 0)
            return &rules->rules[i];
    return NULL;
}

/* The clause's own text, which the words leave out. */
static const char *clause_text(const struct pack *pack, const struct audit_rule *rule)
{
    return audit_clause(pack_audit(pack), rule->clause)->text;
}

static unsigned print_change(enum lang lang, const char *mark, const struct audit_rule *rule,
                             const char *text, unsigned before)
{
    if (before == 0)
        puts(in_words(lang, "  智能审核规则", "  smart-audit rules"));
    printf("    %s %s（%s）%s%s\n", mark, rule->rule_name, rule->rule_id,
           in_words(lang, "：", ": "), text);
    return 1;
}

static unsigned compare_rule(enum lang lang, const struct pack *before, const struct pack *after,
                             const struct audit_rule *now, unsigned changes)
{
    const struct audit_rule *was = find(before, now->rule_id);
    char *is = audit_rule_words(lang, after, now), *text = NULL;
    unsigned found = 0;
    if (!was) {
        found = print_change(lang, "+", now, is, changes);
    } else {
        text = audit_rule_words(lang, before, was);
        bool same = strcmp(text, is) == 0 && strcmp(was->rule_name, now->rule_name) == 0 &&
                    strcmp(clause_text(before, was), clause_text(after, now)) == 0;
        if (!same) {
            found = print_change(lang, "-", was, text, changes);
            (void)print_change(lang, "+", now, is, changes + 1);
        }
    }
    free(text);
    free(is);
    return found;
}

static unsigned compare_reasons(enum lang lang, const struct pack *from, const struct pack *to,
                                const char *mark)
{
    const struct audit_rules *a = pack_audit(from), *b = pack_audit(to);
    unsigned changes = 0;
    for (uint16_t i = 0; b && i < b->reason_count; i++) {
        const struct audit_reason *now = &b->reasons[i];
        const struct audit_reason *was = a ? audit_reason_find(a, now->code) : NULL;
        if (was && strcmp(was->zh, now->zh) == 0)
            continue;
        say(stdout, lang, "  %s 审核理由 %s：%s\n", "  %s reason %s: %s\n", mark, now->code,
            now->zh);
        changes++;
    }
    return changes;
}

unsigned diff_audit(enum lang lang, const struct pack *before, const struct pack *after)
{
    const struct audit_rules *a = pack_audit(before), *b = pack_audit(after);
    unsigned changes = 0;
    for (uint16_t i = 0; b && i < b->rule_count; i++)
        changes += compare_rule(lang, before, after, &b->rules[i], changes);
    for (uint16_t i = 0; a && i < a->rule_count; i++) {
        if (find(after, a->rules[i].rule_id))
            continue;
        char *text = audit_rule_words(lang, before, &a->rules[i]);
        changes += print_change(lang, "-", &a->rules[i], text, changes);
        free(text);
    }
    return changes + compare_reasons(lang, after, before, "-") +
           compare_reasons(lang, before, after, "+");
}
