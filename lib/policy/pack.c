/* A pack: everything compiled from one bundle, in one arena, immutable from then on. Any thread may
 * compile one; any number may read it. */
#include "policy/pack.h"

#include <stdlib.h>
#include <string.h>

#include "policy/compile.h"
#include "policy/tables.h"

/* The largest catalogue and policy that the readers let through, with room to spare. */
#define PACK_ARENA_MAX ((size_t)512 * 1024 * 1024)

struct pack {
    struct arena *arena;
    struct hash digest;
    char digest_text[PACK_DIGITS + 1];
    struct policy *policy;
    struct catalogue catalogue;
    struct institutions institutions;
};

static struct pack *pack_new(struct slice digested)
{
    struct pack *pack = calloc(1, sizeof *pack);
    if (!pack)
        return NULL;
    char digits[HASH_TEXT];
    pack->digest = hash_sha256(digested.data, digested.size);
    memcpy(pack->digest_text, hash_format(&pack->digest, digits), PACK_DIGITS);
    pack->arena = arena_new(PACK_ARENA_MAX);
    pack->policy = pack->arena ? arena_alloc(pack->arena, sizeof *pack->policy) : NULL;
    if (!pack->policy) {
        pack_free(pack);
        return NULL;
    }
    return pack;
}

void pack_free(struct pack *pack)
{
    if (!pack)
        return;
    arena_free(pack->arena);
    free(pack);
}

/* ERR_INVALID: there is no document to go on with; rules that are wrong are only in faults. */
static enum err compile_text(struct pack *pack, const char *file, struct slice text,
                             struct faults *faults)
{
    struct yaml *yaml;
    enum err err = yaml_parse(file, text, faults, &yaml);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? ERR_NOMEM : ERR_INVALID;
    struct compile c = {.arena = pack->arena, .policy = pack->policy};
    compile_policy(&c, yaml_root(yaml));
    yaml_free(yaml);
    return c.out_of_memory ? ERR_NOMEM : ERR_OK;
}

static bool find(struct slice bundle, const char *name, struct slice *out, struct faults *faults)
{
    if (bundle_file(bundle, name, out))
        return true;
    faults_put(faults, name, 0, NULL, "包中缺少该文件", "the bundle lacks this file");
    return false;
}

/* The tables are read with what is known of the policy, so that their errors come out at once with
 * its own; without vocabularies their columns are unknown. */
static enum err compile_all(struct pack *pack, struct slice bundle, struct faults *faults)
{
    struct slice policy, catalogue, institutions;
    bool have_policy = find(bundle, POLICY_FILE, &policy, faults);
    bool have_catalogue = find(bundle, CATALOGUE_FILE, &catalogue, faults);
    bool have_institutions = find(bundle, INSTITUTIONS_FILE, &institutions, faults);
    enum err err = have_policy ? compile_text(pack, POLICY_FILE, policy, faults) : ERR_INVALID;
    const struct policy *p = pack->policy;
    bool known = p->insutype_count && p->cap_grade_count && p->grade_count && p->kind_count;
    if (err != ERR_OK || !known)
        return err;
    if (have_catalogue)
        err = catalogue_compile(catalogue, p, pack->arena, faults, &pack->catalogue);
    if (err == ERR_OK && have_institutions)
        err = institutions_compile(institutions, p, pack->arena, faults, &pack->institutions);
    return err;
}

static enum err finish(struct pack *pack, enum err err, uint32_t before, struct faults *faults,
                       struct pack **out)
{
    if (err == ERR_OK && faults_total(faults) > before)
        err = ERR_INVALID;
    faults_sort(faults);
    if (err == ERR_OK)
        *out = pack;
    else
        pack_free(pack);
    return err;
}

enum err pack_compile(struct slice bundle, struct pack **out, struct faults *faults)
{
    *out = NULL;
    uint32_t before = faults_total(faults);
    struct pack *pack = pack_new(bundle);
    if (!pack)
        return ERR_NOMEM;
    return finish(pack, compile_all(pack, bundle, faults), before, faults, out);
}

enum err pack_compile_policy(const char *file, struct slice text, struct pack **out,
                             struct faults *faults)
{
    *out = NULL;
    uint32_t before = faults_total(faults);
    struct pack *pack = pack_new(text);
    if (!pack)
        return ERR_NOMEM;
    return finish(pack, compile_text(pack, file, text, faults), before, faults, out);
}

struct hash pack_digest(const struct pack *pack)
{
    return pack->digest;
}

const char *pack_digest_text(const struct pack *pack)
{
    return pack->digest_text;
}

const char *pack_region(const struct pack *pack)
{
    return pack->policy->region;
}

const struct policy *pack_policy(const struct pack *pack, int32_t date)
{
    const struct policy *p = pack->policy;
    return date >= p->begndate && date <= p->enddate ? p : NULL;
}

const struct catalogue *pack_catalogue(const struct pack *pack)
{
    return &pack->catalogue;
}

static int compare_code(const void *code, const void *institution)
{
    return strcmp(code, ((const struct institution *)institution)->fixmedins_code);
}

const struct institution *pack_institution(const struct pack *pack, const char *fixmedins_code)
{
    const struct institutions *all = &pack->institutions;
    if (all->count == 0)
        return NULL;
    return bsearch(fixmedins_code, all->list, all->count, sizeof *all->list, compare_code);
}
