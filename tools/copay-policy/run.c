/* One case: its claims in order on the same member, accumulators and balance carried. */
#include "run.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/money.h"
#include "cases/trial.h"
#include "explain.h"

struct run {
    struct policy_case policy_case;
    struct trial trial;
    struct arena *scratch;
    bool quiet;
    unsigned mismatches;
};

static void mismatch(struct run *run, uint32_t number, const struct expectation *expectation,
                     const char *expected, const char *got, const char *origin)
{
    printf("%s:%d: 不符 第 %u 次结算 claim %u %s: 期望 expected %s, 实得 got %s; 来自 from %s\n",
           run->policy_case.file, expectation->line, number, number, expectation->name, expected,
           got, origin);
    run->mismatches++;
}

/* A refusal that nobody expected is one mismatch, however many figures were. */
static void compare_refusal(struct run *run, uint32_t number, const struct case_claim *claim)
{
    const struct expectation *expectation = &claim->expectations[0];
    const struct problems *problems = &run->trial.result->problems;
    const char *expected = expectation->refused == REASON_NONE ? "结算 a settlement"
                                                               : reason_name(expectation->refused);
    for (uint32_t i = 0; i < problems->count; i++)
        if (problems->list[i].reason == expectation->refused)
            return;
    const char *got = "结算 a settlement";
    char origin[EXPLAIN_TEXT] = "全部规则 all rules";
    if (problems->count) {
        const struct problem *first = &problems->list[0];
        got = reason_name(first->reason);
        snprintf(origin, sizeof origin, "%s %s", first->field, first->zh);
    }
    mismatch(run, number, expectation, expected, got, origin);
}

static void compare(struct run *run, uint32_t number, const struct case_claim *claim,
                    const struct policy *policy)
{
    char expected[MONEY_TEXT], got[MONEY_TEXT], origin[EXPLAIN_TEXT];
    if (run->trial.result->problems.count || claim->expectations[0].refused != REASON_NONE) {
        compare_refusal(run, number, claim);
        return;
    }
    for (uint32_t i = 0; i < claim->expectation_count; i++) {
        const struct expectation *expectation = &claim->expectations[i];
        int64_t fen;
        memcpy(&fen, (const char *)&run->trial.result->totals + expectation->offset, sizeof fen);
        if (fen != expectation->fen)
            mismatch(run, number, expectation, money_yuan(expectation->fen, expected),
                     money_yuan(fen, got),
                     explain_origin(policy, run->trial.result, expectation->offset, origin));
    }
}

static enum err run_claim(struct run *run, uint32_t number)
{
    const struct case_claim *claim = &run->policy_case.claims[number - 1];
    const struct policy *policy = case_policy(&run->policy_case, claim);
    enum err err = trial_claim(&run->trial, claim, policy);
    if (err != ERR_OK)
        return err;
    const struct result *result = run->trial.result;
    bool refused = result->problems.count > 0;
    if (!run->quiet && !refused)
        explain_claim(LANG_ZH, &run->policy_case, number, claim, policy, result);
    if (!run->quiet && refused)
        explain_problems(LANG_ZH, &result->problems);
    compare(run, number, claim, policy);
    return refused ? ERR_OK : trial_carry(&run->trial, claim, policy);
}

/* A case may be run against another policy on purpose, but nobody should do it unknowingly. */
static void note_policy(const struct policy_case *policy_case, const char *policy)
{
    char named[PATH_MAX], folder[PATH_MAX], given[PATH_MAX];
    const char *slash = strrchr(policy_case->file, '/');
    int directory = slash ? (int)(slash - policy_case->file) + 1 : 0;
    int size = snprintf(folder, sizeof folder, "%.*s%s", directory, policy_case->file,
                        policy_case->policy);
    if (size < 0 || (size_t)size >= sizeof folder || !realpath(policy, given))
        return;
    if (!realpath(folder, named) || strcmp(named, given) != 0)
        printf("  注意 note: 案例写的政策 the case names %s, 所用政策 run with %s\n",
               policy_case->policy, policy);
}

static enum err run_claims(struct run *run, const char *policy)
{
    enum err err = ERR_OK;
    if (!run->quiet) {
        printf("案例 %s（%s）\n  来源 %s\n", run->policy_case.name, run->policy_case.file,
               run->policy_case.source);
        note_policy(&run->policy_case, policy);
    }
    trial_begin(&run->trial, &run->policy_case, run->scratch);
    for (uint32_t i = 1; i <= run->policy_case.claim_count && err == ERR_OK; i++)
        err = run_claim(run, i);
    if (!run->quiet)
        printf("%s\n", run->mismatches ? "" : "  与期望一致\n");
    return err;
}

static enum err run_file(struct run *run, const struct pack *pack, const char *policy,
                         const char *file, struct faults *faults)
{
    uint8_t *text;
    size_t size;
    struct yaml *document = NULL;
    struct arena *arena = arena_new(CASE_ARENA_MAX);
    run->scratch = arena_new(CASE_ARENA_MAX);
    enum err err = file_read(file, YAML_TEXT_MAX, &text, &size);
    if (err != ERR_OK) {
        faults_add(faults, file, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    } else {
        err = arena && run->scratch ? ERR_OK : ERR_NOMEM;
        if (err == ERR_OK)
            err = yaml_parse(file, (struct slice){text, size}, faults, &document);
        if (err == ERR_OK)
            err = case_read(file, document, pack, arena, faults, &run->policy_case);
        if (err == ERR_OK)
            err = run_claims(run, policy);
        yaml_free(document);
        free(text);
    }
    arena_free(run->scratch);
    arena_free(arena);
    return err;
}

static void run_case(const struct pack *pack, const char *policy, const char *file, bool quiet,
                     struct run_report *report)
{
    static struct run run;
    static struct faults faults;
    run = (struct run){.quiet = quiet};
    faults.count = faults.more = 0;
    enum err err = run_file(&run, pack, policy, file, &faults);
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, file, 0, NULL, "未能完成：%s", "could not be run: %s", err_text(err));
    faults_report(&faults, stdout);
    run.mismatches += faults.count + faults.more;
    report->mismatches += run.mismatches;
    if (run.mismatches)
        report->failed++;
    else
        report->passed++;
}

static int is_case(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 5, ".yaml") == 0 &&
           !pack_version_file(entry->d_name);
}

void run_cases(const struct pack *pack, const char *policy, const char *path, bool quiet,
               struct run_report *report)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_case, alphasort);
    if (count <= 0) {
        if (count == 0)
            free(entries);
        run_case(pack, policy, path, quiet, report);
        return;
    }
    size_t length = strlen(path);
    for (int i = 0; i < count; i++) {
        char file[PATH_MAX];
        const char *slash = length > 0 && path[length - 1] == '/' ? "" : "/";
        int size = snprintf(file, sizeof file, "%s%s%s", path, slash, entries[i]->d_name);
        CHECK(size > 0 && (size_t)size < sizeof file);
        run_case(pack, policy, file, quiet, report);
        free(entries[i]);
    }
    free(entries);
}
