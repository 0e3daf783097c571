/* Whoever compiles the pack: the daemon's compiler, or a tool. */
#include "cases/pack_cases.h"

#include <stdlib.h>
#include <string.h>

#include "cases/mismatch.h"
#include "cases/trial.h"

struct rehearsal {
    const struct pack *pack;
    struct faults *faults;
    struct arena *arena, *scratch; /* of a case; of a claim */
    struct policy_case *policy_case;
};

static enum err run_claim(struct rehearsal *r, struct trial *trial, uint32_t number)
{
    const struct case_claim *claim = &r->policy_case->claims[number - 1];
    const struct policy *policy = case_policy(r->policy_case, claim);
    struct mismatch m;
    uint32_t at = 0;
    enum err err = trial_claim(trial, claim, policy);
    if (err != ERR_OK)
        return err;
    while (mismatch_next(claim, trial->result, trial->report, &at, &m))
        faults_add(r->faults, r->policy_case->file, m.expectation->line, m.expectation->name,
                   "第 %u 次结算：期望 %s，实得 %s", "claim %u: expected %s, got %s", number,
                   m.expected, m.got);
    return trial->result->problems.count ? ERR_OK : trial_carry(trial, claim, policy);
}

static enum err run_text(struct rehearsal *r, const char *file, struct slice text)
{
    struct yaml *document;
    struct trial trial;
    enum err err = yaml_parse(file, text, r->faults, &document);
    if (err == ERR_OK)
        err = case_read(file, document, r->pack, r->arena, r->faults, r->policy_case);
    if (err == ERR_OK) {
        trial_begin(&trial, r->policy_case, r->scratch);
        for (uint32_t i = 1; err == ERR_OK && i <= r->policy_case->claim_count; i++)
            err = run_claim(r, &trial, i);
    }
    yaml_free(document);
    return err;
}

/* Faults of one case do not hide another's. */
static enum err run_case(struct rehearsal *r, const char *file, struct slice text)
{
    arena_reset(r->arena);
    enum err err = run_text(r, file, text);
    if (err == ERR_LIMIT)
        faults_put(r->faults, file, 0, NULL, "案例过大", "the case is too large");
    return err == ERR_NOMEM ? ERR_NOMEM : ERR_OK;
}

static enum err run_all(struct rehearsal *r, struct slice bundle)
{
    char name[BUNDLE_NAME];
    struct slice text;
    size_t at = 0;
    enum err err = ERR_OK;
    while (err == ERR_OK && bundle_next(bundle, &at, name, &text))
        if (strncmp(name, PACK_CASES, strlen(PACK_CASES)) == 0)
            err = run_case(r, name, text);
    return err;
}

bool pack_cases_present(struct slice bundle, struct faults *faults)
{
    char name[BUNDLE_NAME];
    struct slice text;
    size_t at = 0;
    while (bundle_next(bundle, &at, name, &text))
        if (strncmp(name, PACK_CASES, strlen(PACK_CASES)) == 0)
            return true;
    if (faults)
        faults_add(faults, PACK_CASES, 0, NULL, "政策包不带案例，至少应有一个",
                   "the pack has no case; it needs one at least");
    return false;
}

enum err pack_cases_run(struct slice bundle, const struct pack *pack, struct faults *faults)
{
    uint32_t before = faults_total(faults);
    if (!pack_cases_present(bundle, faults))
        return ERR_INVALID;
    struct rehearsal r = {.pack = pack,
                          .faults = faults,
                          .arena = arena_new(CASE_ARENA_MAX),
                          .scratch = arena_new(CASE_ARENA_MAX),
                          .policy_case = malloc(sizeof *r.policy_case)};
    enum err err = r.arena && r.scratch && r.policy_case ? run_all(&r, bundle) : ERR_NOMEM;
    free(r.policy_case);
    arena_free(r.scratch);
    arena_free(r.arena);
    faults_sort(faults);
    return err == ERR_OK && faults_total(faults) > before ? ERR_INVALID : err;
}
