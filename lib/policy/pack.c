/* A pack: everything compiled from one bundle, in one arena, immutable from then on. Any thread may
 * compile one; any number may read it. */
#include "policy/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile_audit.h"
#include "policy/tables.h"
#include "policy/versions.h"

/* The largest catalogue and policy that the readers let through, with room to spare. */
#define PACK_ARENA_MAX ((size_t)512 * 1024 * 1024)

struct pack {
    struct arena *arena;
    struct hash digest;
    char digest_text[PACK_DIGITS + 1];
    struct versions versions; /* one at least, in order of time */
    struct catalogue catalogue;
    struct institutions institutions;
    struct catalogue_sources sources;
    struct audit_rules *audit; /* NULL: none */
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
    if (!pack->arena) {
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
    struct versions *versions = &pack->versions;
    if (versions->count == VERSIONS_MAX) {
        faults_add(faults, file, 0, NULL, "版本过多，上限 %d", "too many versions, the limit is %d",
                   VERSIONS_MAX);
        return ERR_INVALID;
    }
    struct yaml *yaml;
    enum err err = yaml_parse(file, text, faults, &yaml);
    if (!yaml)
        return err == ERR_NOMEM ? ERR_NOMEM : ERR_INVALID;
    const struct version *first = versions->count ? &versions->list[0] : NULL;
    struct compile c = {.arena = pack->arena,
                        .policy = arena_alloc(pack->arena, sizeof *c.policy),
                        .first = first ? first->policy : NULL,
                        .first_file = first ? first->file : NULL};
    if (c.policy)
        compile_policy(&c, yaml_root(yaml));
    yaml_free(yaml);
    struct version *version = &versions->list[versions->count++];
    snprintf(version->file, sizeof version->file, "%s", file);
    version->effective_line = c.effective_line;
    version->policy = c.policy;
    return !c.policy || c.out_of_memory ? ERR_NOMEM : ERR_OK;
}

/* Every version, however many are wrong; the first error that is no fault of the rules. */
static enum err compile_versions(struct pack *pack, struct slice bundle, struct faults *faults)
{
    char name[BUNDLE_NAME];
    struct slice text;
    size_t at = 0;
    enum err first = ERR_OK;
    bool any = false;
    while (bundle_next(bundle, &at, name, &text)) {
        if (!pack_version_file(name))
            continue;
        enum err err = compile_text(pack, name, text, faults);
        first = first == ERR_OK ? err : first;
        any = true;
        if (err == ERR_NOMEM)
            return err;
    }
    if (at != bundle.size)
        faults_put(faults, "", 0, NULL, "包不完整", "the bundle is torn");
    if (!any)
        faults_put(faults, POLICY_FILE, 0, NULL, "包中缺少该文件", "the bundle lacks this file");
    if (first != ERR_OK || !any)
        return first == ERR_OK ? ERR_INVALID : first;
    versions_sort(&pack->versions);
    versions_check(&pack->versions, faults);
    versions_link(&pack->versions, faults);
    return ERR_OK;
}

static bool find(struct slice bundle, const char *name, struct slice *out, struct faults *faults)
{
    if (bundle_file(bundle, name, out))
        return true;
    faults_put(faults, name, 0, NULL, "包中缺少该文件", "the bundle lacks this file");
    return false;
}

/* Over the entries of the catalogue, where there are any. */
static enum err compile_audit(struct pack *pack, struct slice bundle, struct faults *faults)
{
    struct slice text;
    if (!bundle_file(bundle, AUDIT_FILE, &text))
        return ERR_OK;
    const uint32_t before = faults_grave(faults);
    enum err err = audit_compile(text, &pack->versions, pack->arena, faults, &pack->audit);
    if (err != ERR_OK || faults_grave(faults) > before)
        return err;
    return audit_index(pack->audit, &pack->catalogue, pack->arena, faults);
}

/* The tables are read with what is known of the rules, so that their errors come out at once with
 * theirs; without vocabularies their columns are unknown. */
static enum err compile_all(struct pack *pack, struct slice bundle, struct faults *faults)
{
    struct slice catalogue, institutions, sources;
    bool have_catalogue = find(bundle, CATALOGUE_FILE, &catalogue, faults);
    bool have_institutions = find(bundle, INSTITUTIONS_FILE, &institutions, faults);
    enum err err = compile_versions(pack, bundle, faults);
    if (err == ERR_OK && bundle_file(bundle, SOURCES_FILE, &sources))
        err = sources_compile(sources, faults, &pack->sources);
    if (err != ERR_OK)
        return err;
    const struct policy *p = pack->versions.list[0].policy;
    if (!p->insutype_count || !p->cap_grade_count || !p->grade_count || !p->kind_count)
        return ERR_OK;
    if (have_catalogue)
        err = catalogue_compile(catalogue, p, pack->arena, faults, &pack->catalogue);
    versions_check_catalogue(&pack->versions, &pack->catalogue, faults);
    if (err == ERR_OK && have_institutions)
        err = institutions_compile(institutions, p, pack->arena, faults, &pack->institutions);
    return err == ERR_OK ? compile_audit(pack, bundle, faults) : err;
}

static enum err finish(struct pack *pack, enum err err, bool faulty, struct faults *faults,
                       struct pack **out)
{
    if (err == ERR_OK && faulty)
        err = ERR_INVALID;
    faults_sort(faults);
    if (err == ERR_OK)
        *out = pack;
    else
        pack_free(pack);
    return err;
}

static enum err compile_bundle(struct slice bundle, bool tables, bool published, struct pack **out,
                               struct faults *faults)
{
    const uint32_t total = faults_total(faults), grave = faults_grave(faults);
    *out = NULL;
    struct pack *pack = pack_new(bundle);
    if (!pack)
        return ERR_NOMEM;
    enum err err =
        tables ? compile_all(pack, bundle, faults) : compile_versions(pack, bundle, faults);
    if (err == ERR_OK && !tables)
        err = compile_audit(pack, bundle, faults);
    bool faulty = published ? faults_grave(faults) > grave : faults_total(faults) > total;
    return finish(pack, err, faulty, faults, out);
}

enum err pack_compile(struct slice bundle, struct pack **out, struct faults *faults)
{
    return compile_bundle(bundle, true, false, out, faults);
}

enum err pack_compile_versions(struct slice bundle, struct pack **out, struct faults *faults)
{
    return compile_bundle(bundle, false, false, out, faults);
}

enum err pack_compile_published(struct slice bundle, bool tables, struct pack **out,
                                struct faults *faults)
{
    return compile_bundle(bundle, tables, true, out, faults);
}

enum err pack_compile_policy(const char *file, struct slice text, struct pack **out,
                             struct faults *faults)
{
    *out = NULL;
    uint32_t before = faults_total(faults);
    struct pack *pack = pack_new(text);
    if (!pack)
        return ERR_NOMEM;
    enum err err = compile_text(pack, file, text, faults);
    if (err == ERR_OK)
        versions_link(&pack->versions, faults);
    return finish(pack, err, faults_total(faults) > before, faults, out);
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
    return pack->versions.list[0].policy->region;
}

uint8_t pack_version_count(const struct pack *pack)
{
    return pack->versions.count;
}

const struct policy *pack_version(const struct pack *pack, uint8_t index)
{
    CHECK(index < pack->versions.count);
    return pack->versions.list[index].policy;
}

const struct policy *pack_policy(const struct pack *pack, int32_t date)
{
    for (uint8_t i = 0; i < pack->versions.count; i++) {
        const struct policy *p = pack->versions.list[i].policy;
        if (date >= p->begndate && date <= p->enddate)
            return p;
    }
    return NULL;
}

int32_t pack_rule_day(const struct pack *pack, struct care_days days)
{
    return care_day(&days, pack->versions.list[0].policy->dates.rule_version);
}

const struct policy *pack_policy_for(const struct pack *pack, struct care_days days)
{
    return pack_policy(pack, pack_rule_day(pack, days));
}

const struct catalogue *pack_catalogue(const struct pack *pack)
{
    return &pack->catalogue;
}

const struct catalogue_sources *pack_catalogue_sources(const struct pack *pack)
{
    return &pack->sources;
}

const struct audit_rules *pack_audit(const struct pack *pack)
{
    return pack->audit;
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
