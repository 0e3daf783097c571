/* run: cases adjudicated by the daemon's code and compared with what they expect. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_file.h"
#include "cases/mismatch.h"
#include "cases/trial.h"
#include "commands.h"
#include "explain.h"
#include "review/load.h"

/* All cases, and the one at work. */
struct run {
    const char *path; /* of the pack */
    const struct pack *pack;
    bool quiet;
    struct arena *scratch;
    unsigned passed, failed; /* cases */
    unsigned mismatches; /* figures and refusals that differ, faults of case files, files that are
                            none */
    const struct policy_case *policy_case;
    struct trial trial;
    unsigned of_case;
};

/* The rule that a figure comes from, or what refused it. */
static const char *origin_of(const struct run *run, const struct case_claim *claim,
                             const struct policy *policy, const struct mismatch *m,
                             char buf[EXPLAIN_TEXT])
{
    const struct problems *problems = &run->trial.result->problems;
    if (problems->count)
        snprintf(buf, EXPLAIN_TEXT, "%s %s", problems->list[0].field, problems->list[0].zh);
    else if (m->expectation == &claim->findings_key || m->expectation->refused != REASON_NONE)
        snprintf(buf, EXPLAIN_TEXT, "全部规则 all rules");
    else
        explain_origin(policy, run->trial.result, m->expectation, buf);
    return buf;
}

static void compare(struct run *run, uint32_t number, const struct case_claim *claim,
                    const struct policy *policy)
{
    char origin[EXPLAIN_TEXT];
    struct mismatch m;
    uint32_t at = 0;
    for (; mismatch_next(claim, run->trial.result, run->trial.report, &at, &m); run->of_case++)
        printf("%s:%d: 不符 第 %u 次结算 claim %u %s: 期望 expected %s, 实得 got %s; 来自 from "
               "%s\n",
               run->policy_case->file, m.expectation->line, number, number, m.expectation->name,
               m.expected, m.got, origin_of(run, claim, policy, &m, origin));
}

static enum err run_claim(struct run *run, uint32_t number)
{
    const struct case_claim *claim = &run->policy_case->claims[number - 1];
    const struct policy *policy = case_policy(run->policy_case, claim);
    enum err err = trial_claim(&run->trial, claim, policy);
    if (err != ERR_OK)
        return err;
    const struct result *result = run->trial.result;
    bool refused = result->problems.count > 0;
    policy = policy_made(policy, result->against);
    if (!run->quiet && !refused)
        explain_claim(LANG_ZH, run->policy_case, number, claim, policy, result);
    if (!run->quiet && refused)
        explain_problems(LANG_ZH, &result->problems);
    if (!run->quiet)
        explain_findings(LANG_ZH, claim, run->pack, run->trial.report);
    compare(run, number, claim, policy);
    return refused ? ERR_OK : trial_carry(&run->trial, claim, policy);
}

/* A case may be run against another policy on purpose, but nobody should do it unknowingly. */
static void note_policy(const struct run *run, const struct case_file *file)
{
    char path[PATH_MAX], named[PATH_MAX], given[PATH_MAX];
    case_file_pack(file, path);
    if (!path[0] || !realpath(run->path, given))
        return;
    if (!realpath(path, named) || strcmp(named, given) != 0)
        printf("  注意 note: 案例写的政策 the case names %s, 所用政策 run with %s\n",
               file->policy_case.policy, run->path);
}

static enum err run_claims(struct run *run, const struct case_file *file)
{
    enum err err = ERR_OK;
    run->policy_case = &file->policy_case;
    if (!run->quiet) {
        explain_head(LANG_ZH, run->policy_case);
        note_policy(run, file);
    }
    trial_begin(&run->trial, run->policy_case, run->scratch);
    for (uint32_t i = 1; i <= run->policy_case->claim_count && err == ERR_OK; i++)
        err = run_claim(run, i);
    if (!run->quiet)
        printf("%s\n", run->of_case ? "" : "  与期望一致\n");
    return err;
}

static void run_case(void *context, const char *path)
{
    struct run *run = context;
    static struct faults faults;
    static struct case_file file;
    faults_clear(&faults);
    run->of_case = 0;
    enum err err = case_file_open(path, &faults, &file);
    if (err == ERR_OK)
        err = case_file_read(&file, run->pack, &faults);
    if (err == ERR_OK)
        err = run_claims(run, &file);
    case_file_close(&file);
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, path, 0, NULL, "未能完成：%s", "could not be run: %s", err_text(err));
    faults_report(&faults, stdout);
    run->of_case += faults.count + faults.more;
    run->mismatches += run->of_case;
    if (run->of_case)
        run->failed++;
    else
        run->passed++;
}

int command_run(int argc, char *argv[])
{
    static const struct option options[] = {{"quiet", no_argument, NULL, 'q'}, {0}};
    static struct run run;
    struct pack *pack;
    int option;
    while ((option = getopt_long(argc, argv, "q", options, NULL)) != -1) {
        if (option != 'q')
            return STATUS_USAGE;
        run.quiet = true;
    }
    if (argc - optind < 2)
        return STATUS_USAGE;
    run.path = argv[optind];
    unsigned faults = load_pack(run.path, &pack);
    if (faults)
        return status_of(faults);
    run.pack = pack;
    run.scratch = arena_new(CASE_ARENA_MAX);
    CHECK(run.scratch);
    for (int i = optind + 1; i < argc; i++) {
        const unsigned misnamed = case_file_each(argv[i], run_case, &run);
        run.failed += misnamed;
        run.mismatches += misnamed;
    }
    arena_free(run.scratch);
    pack_free(pack);
    printf("%u passed, %u failed\n", run.passed, run.failed);
    return status_of(run.mismatches);
}
