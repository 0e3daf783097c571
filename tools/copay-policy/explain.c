/* explain: why each fen of a case is paid by whom, in Chinese or English, as text or JSON. */
#include "explain.h"

#include <getopt.h>
#include <string.h>

#include "case_file.h"
#include "cases/trial.h"
#include "commands.h"
#include "review/load.h"

struct explain {
    enum lang lang;
    json_t *json;       /* a list of cases; NULL: text */
    const char *policy; /* NULL: what each case names */
    char path[PATH_MAX];
    struct pack *pack; /* read from `path` */
    struct arena *scratch;
    unsigned faults;
};

static enum err explain_one(struct explain *e, struct trial *trial, uint32_t number, json_t *claims)
{
    const struct policy_case *policy_case = trial->policy_case;
    const struct case_claim *claim = &policy_case->claims[number - 1];
    const struct policy *policy = case_policy(policy_case, claim);
    enum err err = trial_claim(trial, claim, policy);
    if (err != ERR_OK)
        return err;
    const struct result *result = trial->result;
    bool refused = result->problems.count > 0;
    policy = policy_made(policy, result->against);
    const struct pack *pack = policy_case->pack;
    if (claims) {
        json_t *object = explain_json(e->lang, claim, policy, result);
        if (trial->report)
            json_object_set_new(object, "findings",
                                explain_findings_json(e->lang, claim, pack, trial->report));
        json_array_append_new(claims, object);
    } else if (refused) {
        explain_problems(e->lang, &result->problems);
    } else {
        explain_claim(e->lang, policy_case, number, claim, policy, result);
    }
    if (!claims)
        explain_findings(e->lang, claim, pack, trial->report);
    return refused ? ERR_OK : trial_carry(trial, claim, policy);
}

static enum err explain_claims(struct explain *e, const struct policy_case *policy_case)
{
    static struct trial trial;
    json_t *claims = e->json ? json_array() : NULL;
    enum err err = ERR_OK;
    if (!e->json)
        explain_head(e->lang, policy_case);
    trial_begin(&trial, policy_case, e->scratch);
    for (uint32_t i = 1; i <= policy_case->claim_count && err == ERR_OK; i++)
        err = explain_one(e, &trial, i, claims);
    if (e->json)
        json_array_append_new(
            e->json, json_pack("{s:s, s:s, s:s, s:s, s:o}", "case", policy_case->name, "file",
                               policy_case->file, "source", policy_case->source, "pack",
                               pack_digest_text(policy_case->pack), "claims", claims));
    return err;
}

/* The pack of the case, kept for the next one; false when it cannot be read. */
static bool open_pack(struct explain *e, const struct case_file *file, struct faults *faults)
{
    char path[PATH_MAX];
    if (e->policy)
        snprintf(path, sizeof path, "%s", e->policy);
    else
        case_file_pack(file, path);
    if (!path[0])
        faults_add(faults, file->path, 0, "policy", "案例没有写明政策，请用 --policy",
                   "the case names no policy; use --policy");
    if (!path[0] || (e->pack && strcmp(path, e->path) == 0))
        return path[0] != '\0';
    pack_free(e->pack);
    memcpy(e->path, path, sizeof path);
    e->faults += load_pack(path, &e->pack);
    return e->pack != NULL;
}

static void explain_case(void *context, const char *path)
{
    struct explain *e = context;
    static struct faults faults;
    static struct case_file file;
    faults_clear(&faults);
    enum err err = case_file_open(path, &faults, &file);
    if (err == ERR_OK && open_pack(e, &file, &faults)) {
        err = case_file_read(&file, e->pack, &faults);
        if (err == ERR_OK)
            err = explain_claims(e, &file.policy_case);
    }
    case_file_close(&file);
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, path, 0, NULL, "未能完成：%s", "could not be run: %s", err_text(err));
    faults_report(&faults, stderr);
    e->faults += faults_total(&faults);
}

static bool read_options(struct explain *e, int argc, char *argv[])
{
    static const struct option options[] = {{"lang", required_argument, NULL, 'l'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"policy", required_argument, NULL, 'p'},
                                            {0}};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'l' ? !lang_parse(optarg, &e->lang) : option == '?')
            return false;
        if (option == 'j' && !e->json)
            e->json = json_array();
        if (option == 'p')
            e->policy = optarg;
    }
    return optind < argc;
}

int command_explain(int argc, char *argv[])
{
    static struct explain e;
    if (!read_options(&e, argc, argv))
        return STATUS_USAGE;
    e.scratch = arena_new(CASE_ARENA_MAX);
    CHECK(e.scratch);
    for (int i = optind; i < argc; i++)
        e.faults += case_file_each(argv[i], explain_case, &e);
    if (e.json) {
        json_dumpf(e.json, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(e.json);
    }
    arena_free(e.scratch);
    pack_free(e.pack);
    return status_of(e.faults);
}
