/* transition: the better of this version and another, and what it takes for that other one to be
 * compared with. */
#include <stdlib.h>
#include <string.h>

#include "policy/compile_dates.h"
#include "policy/versions.h"

static void read_filings(struct compile *c, const struct yaml_node *node, struct transition *t)
{
    static const char *const who[] = {"all", "filed", NULL};
    const char *names[POLICY_FILINGS_MAX];
    const struct yaml_node *filing = yaml_get(node, "filing");
    int choice;
    if (!yaml_name(yaml_need(node, "who"), who, &choice))
        return;
    if (choice == 0) {
        if (filing)
            yaml_object(filing, "who: all 不需要备案", "means nothing with who: all");
        return;
    }
    for (uint8_t i = 0; i < c->policy->filing_count; i++)
        names[i] = c->policy->filings[i].name;
    uint32_t mask = 0;
    if (compile_mask(yaml_need(node, "filing"), names, c->policy->filing_count, &mask))
        t->filings = (uint16_t)mask;
}

/* Outside the version's days nothing would ever be compared, or the other version would be thought
 * to hold on longer than this one does. */
static void read_until(const struct compile *c, const struct yaml_node *node, struct transition *t)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    if (!yaml_date(node, &t->until))
        return;
    if (t->until < c->policy->begndate || t->until > c->policy->enddate)
        yaml_object(node, "“%s”不在本版本的有效期 %s 至 %s 之内",
                    "\"%s\" is none of this version's days, %s to %s", yaml_scalar(node),
                    date_format(c->policy->begndate, from), date_format(c->policy->enddate, to));
}

void compile_transition(struct compile *c, const struct yaml_node *root)
{
    static const char *const keys[] = {"until", "who",          "filing", "against", "compare",
                                       "ties",  "accumulators", "clause", NULL};
    static const char *const compare[] = {"psn_part_amt", NULL}, *const ties[] = {"new", NULL};
    static const char *const moves[] = {"chosen", "new", NULL};
    const struct yaml_node *node = yaml_get(root, "transition");
    struct transition *t = node ? compile_alloc(c, sizeof *t) : NULL;
    const char *file;
    int choice;
    if (!t || !yaml_mapping(node, keys))
        return;
    t->line = yaml_line(node);
    t->file = "";
    read_until(c, yaml_need(node, "until"), t);
    read_filings(c, node, t);
    if (yaml_text(yaml_need(node, "against"), VERSION_FILE_MAX, &file))
        t->file = compile_copy(c, file);
    (void)yaml_name(yaml_need(node, "compare"), compare, &choice);
    (void)yaml_name(yaml_need(node, "ties"), ties, &choice);
    if (yaml_name(yaml_need(node, "accumulators"), moves, &choice))
        t->new_accumulators = choice == 1;
    t->clause = compile_clause(c, node, true);
    c->policy->transition = t;
}

static const struct version *version_of(const struct versions *versions, const char *file)
{
    for (uint8_t i = 0; i < versions->count; i++)
        if (strcmp(versions->list[i].file, file) == 0)
            return &versions->list[i];
    return NULL;
}

void versions_link(const struct versions *versions, struct faults *faults)
{
    for (uint8_t i = 0; i < versions->count; i++) {
        const struct version *version = &versions->list[i];
        struct transition *t = version->policy->transition;
        if (!t || !t->file[0])
            continue;
        const struct version *other = version_of(versions, t->file);
        if (!other || other == version) {
            faults_add(faults, version->file, t->line, "transition.against",
                       "“%s”不是本包的另一版本", "\"%s\" is no other version of this pack",
                       t->file);
            continue;
        }
        const char *id = version->policy->clauses[t->clause].id;
        const struct policy_clause *clause = policy_clause_find(other->policy, id);
        t->against = other->policy;
        if (clause)
            t->clause_against = (uint16_t)(clause - other->policy->clauses);
        else if (t->clause)
            faults_add(faults, version->file, t->line, "transition.clause",
                       "%s 中也须有条款“%s”：选用该版本时一并列明",
                       "%s must have clause \"%s\" too: it is shown with that version's figures",
                       t->file, id);
    }
}
