/* Reads a case's head: the member and the history, mapped onto the policy's accumulators. */
#include "cases/case_audit.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

void case_put(char *out, size_t capacity, const char *text)
{
    int size = snprintf(out, capacity, "%s", text);
    CHECK(size >= 0 && (size_t)size < capacity);
}

const struct policy *case_policy(const struct policy_case *policy_case,
                                 const struct case_claim *claim)
{
    const struct case_claim *bill = claim->voids ? &policy_case->claims[claim->voids - 1] : claim;
    return pack_policy_for(policy_case->pack, adjudicate_days(&bill->claim, bill->setl_time));
}

static void copy_text(const struct yaml_node *map, const char *key, char *out, size_t capacity)
{
    const struct yaml_node *node = yaml_get(map, key);
    const char *text;
    if (node && yaml_text(node, capacity - 1, &text))
        case_put(out, capacity, text);
}

static void read_date(const struct yaml_node *map, const char *key, int32_t *out)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (node)
        yaml_date(node, out);
}

/* The whole of life, so that a case says only what matters to it. */
#define COVER_BEGINS date_of(1950, 1, 1)

static void read_insurance(const struct yaml_node *member, const char *region,
                           struct insurance *insurance)
{
    int64_t insutype;
    const char *psn_type;
    *insurance = (struct insurance){.psn_insu_stas = 1,
                                    .psn_insu_date = COVER_BEGINS,
                                    .pool_begndate = COVER_BEGINS,
                                    .paus_insu_date = DATE_NONE,
                                    .expi_date = DATE_MAX};
    if (yaml_integer(yaml_need(member, "insutype"), 1, 999, &insutype))
        insurance->insutype = (uint16_t)insutype;
    if (yaml_text(yaml_need(member, "psn_type"), sizeof insurance->psn_type - 1, &psn_type))
        case_put(insurance->psn_type, sizeof insurance->psn_type, psn_type);
    case_put(insurance->insuplc_admdvs, sizeof insurance->insuplc_admdvs, region);
    copy_text(member, "county", insurance->insuplc_admdvs, sizeof insurance->insuplc_admdvs);
    read_date(member, "psn_insu_date", &insurance->psn_insu_date);
    insurance->pool_begndate = insurance->psn_insu_date;
    read_date(member, "pool_begndate", &insurance->pool_begndate);
    read_date(member, "paus_insu_date", &insurance->paus_insu_date);
    read_date(member, "expi_date", &insurance->expi_date);
    copy_text(member, "cvlserv_lv", insurance->cvlserv_lv, sizeof insurance->cvlserv_lv);
    bool civil_servant = false;
    yaml_bool(yaml_get(member, "cvlserv_flag"), &civil_servant);
    insurance->cvlserv_flag = civil_servant;
}

static const char *identity_code(const struct policy *policy, const char *text)
{
    for (uint8_t i = 0; i < policy->identity_count; i++)
        if (strcmp(policy->identities[i].name, text) == 0)
            return policy->identities[i].codes[0];
    return policy_identity(policy, text) >= 0 ? text : NULL;
}

/* A name, held for life, or {identity, from, to}. */
static const struct yaml_node *read_period(const struct yaml_node *item, struct identity *identity)
{
    static const char *const keys[] = {"identity", "from", "to", NULL};
    *identity = (struct identity){.begntime = COVER_BEGINS, .endtime = DATE_MAX};
    if (yaml_kind(item) == YAML_SCALAR)
        return item;
    if (!yaml_map(item, keys))
        return NULL;
    read_date(item, "from", &identity->begntime);
    read_date(item, "to", &identity->endtime);
    return yaml_need(item, "identity");
}

static void refuse_identity(const struct yaml_node *name, const struct policy *policy,
                            const char *text)
{
    const char *names[POLICY_IDENTITIES_MAX];
    char known[YAML_NAMES_TEXT];
    for (uint8_t i = 0; i < policy->identity_count; i++)
        names[i] = policy->identities[i].name;
    yaml_list_names(names, policy->identity_count, known);
    yaml_fault(name, "政策中没有身份“%s”，可用：%s",
               "the policy has no identity \"%s\", expected one of: %s", text, known);
}

/* Identities are the policy's names, or a region's codes. */
static void read_identities(const struct yaml_node *list, const struct policy *policy,
                            struct person *person)
{
    if (!list || !yaml_seq(list, 0, IDENTITIES_MAX))
        return;
    for (size_t i = 0; i < yaml_count(list); i++) {
        const char *text;
        struct identity *identity = &person->identities[person->identity_count];
        const struct yaml_node *name = read_period(yaml_item(list, i), identity);
        if (!yaml_text(name, 31, &text) || !policy)
            continue;
        const char *code = identity_code(policy, text);
        if (!code) {
            refuse_identity(name, policy, text);
            continue;
        }
        person->identity_count++;
        case_put(identity->psn_idet_type, sizeof identity->psn_idet_type, code);
        case_put(identity->admdvs, sizeof identity->admdvs, person->insurances[0].insuplc_admdvs);
    }
}

/* Further insurances, earlier or later ones, or one beside the member's own. */
static void read_insurances(const struct yaml_node *list, const char *region, struct person *person)
{
    static const char *const keys[] = {
        "insutype",       "psn_type",  "county",       "psn_insu_date", "pool_begndate",
        "paus_insu_date", "expi_date", "cvlserv_flag", "cvlserv_lv",    NULL};
    if (!list || !yaml_seq(list, 0, INSURANCES_MAX - 1))
        return;
    for (size_t i = 0; i < yaml_count(list); i++)
        if (yaml_map(yaml_item(list, i), keys))
            read_insurance(yaml_item(list, i), region,
                           &person->insurances[person->insurance_count++]);
}

static void read_years(const struct yaml_node *member, const char *key, uint8_t *years)
{
    int64_t value;
    if (yaml_integer(yaml_get(member, key), 0, 100, &value))
        *years = (uint8_t)value;
}

static void read_member(const struct yaml_node *member, const struct pack *pack,
                        const struct policy *policy, struct policy_case *out)
{
    static const char *const keys[] = {"insutype",
                                       "psn_type",
                                       "born",
                                       "sex",
                                       "identities",
                                       "county",
                                       "balc",
                                       "psn_insu_date",
                                       "pool_begndate",
                                       "paus_insu_date",
                                       "expi_date",
                                       "death_date",
                                       "cvlserv_flag",
                                       "filings",
                                       "insurances",
                                       "family_balc",
                                       "cvlserv_lv",
                                       "avg_mon_wage",
                                       "continuous_years",
                                       "zero_claim_years",
                                       "standing",
                                       NULL};
    struct person *person = &out->person;
    int64_t sex = 1;
    if (!yaml_map(member, keys))
        return;
    case_put(person->psn_no, sizeof person->psn_no, "case");
    case_put(person->psn_cert_type, sizeof person->psn_cert_type, "99");
    person->death_date = DATE_NONE;
    yaml_date(yaml_need(member, "born"), &person->brdy);
    if (yaml_get(member, "sex"))
        yaml_integer(yaml_get(member, "sex"), 1, 2, &sex);
    person->gend = (uint8_t)sex;
    read_date(member, "death_date", &person->death_date);
    person->insurance_count = 1;
    read_insurance(member, pack_region(pack), &person->insurances[0]);
    read_insurances(yaml_get(member, "insurances"), pack_region(pack), person);
    read_identities(yaml_get(member, "identities"), policy, person);
    case_read_filings(yaml_get(member, "filings"), policy, out);
    yaml_yuan(yaml_get(member, "balc"), &out->balc);
    yaml_yuan(yaml_get(member, "family_balc"), &out->family_balc);
    yaml_yuan(yaml_get(member, "avg_mon_wage"), &out->avg_mon_wage);
    read_years(member, "continuous_years", &out->continuous_years);
    read_years(member, "zero_claim_years", &out->zero_claim_years);
    case_read_standing(yaml_get(member, "standing"), &out->standing);
}

enum err case_read(const char *file, const struct yaml *document, const struct pack *pack,
                   struct arena *arena, struct faults *faults, struct policy_case *out)
{
    static const char *const keys[] = {"case",    "source",  "policy", "member",
                                       "history", "earlier", "claims", NULL};
    const struct yaml_node *root = yaml_root(document), *claims;
    const uint32_t before = faults_total(faults);
    *out = (struct policy_case){.file = file, .name = "", .source = "", .pack = pack};
    if (!yaml_mapping(root, keys))
        return ERR_INVALID;
    yaml_text(yaml_need(root, "case"), TEXT_NAME_MAX, &out->name);
    yaml_text(yaml_need(root, "source"), 1000, &out->source);
    yaml_text(yaml_need(root, "policy"), 255, &out->policy);
    claims = yaml_need(root, "claims");
    if (!yaml_seq(claims, 1, CASE_CLAIMS_MAX))
        return ERR_INVALID;
    out->claim_count = (uint32_t)yaml_count(claims);
    out->claims = arena_alloc(arena, out->claim_count * sizeof *out->claims);
    if (!out->claims)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < out->claim_count; i++)
        if (!case_read_claim(yaml_item(claims, i), i + 1, out, arena, &out->claims[i]))
            return ERR_NOMEM;
    const struct policy *policy = case_policy(out, &out->claims[0]);
    read_member(yaml_need(root, "member"), pack, policy, out);
    if (yaml_get(root, "history"))
        case_read_history(yaml_get(root, "history"), policy, out);
    if (!case_read_earlier(yaml_get(root, "earlier"), policy, arena, out))
        return ERR_NOMEM;
    return faults_total(faults) > before ? ERR_INVALID : ERR_OK;
}
