/* The person of a 1101 answer: facts, covers, identities, entitlements, accumulators. Pure. */
#include <stdarg.h>
#include <stdio.h>

#include "wire/build.h"
#include "wire/write.h"

#define TEXT_BUILD_MAX 64

char *build_text(struct pool *pool, const char *format, ...)
{
    static char empty[] = "";
    char text[TEXT_BUILD_MAX];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    CHECK(length >= 0 && (size_t)length < sizeof text);
    char *copy = arena_copy(pool->arena, text, (size_t)length);
    if (!copy)
        pool->exhausted = true;
    return copy ? copy : empty;
}

const struct word *accum_kind_word(uint8_t kind)
{
    static const struct word kinds[] = {WORD(""),     WORD("stays"), WORD("visits"), WORD("dedc"),
                                        WORD("paid"), WORD("base"),  WORD("bands")};
    CHECK(kind >= ACCUM_STAYS && kind < ARRAY_LEN(kinds));
    return &kinds[kind];
}

void build_accums(const struct accum *accums, size_t count, struct pool *pool,
                  Copay__Accumulator ***list)
{
    Copay__Accumulator *out = pool_list(pool, count, sizeof *out, (void ***)list);
    for (size_t i = 0; out && i < count; i++) {
        copay__accumulator__init(&out[i]);
        out[i].year = accums[i].year;
        out[i].insutype = build_text(pool, "%u", accums[i].insutype);
        out[i].kind = (char *)accum_kind_word(accums[i].kind)->text;
        out[i].scope = (char *)accums[i].scope;
        out[i].value = accums[i].value;
    }
}

/* The account is the person's; it is shown once, beside the employee insurance where there is one.
 */
static uint32_t account_holder(const struct person *person)
{
    uint32_t holder = 0;
    for (uint32_t i = 0; i < person->insurance_count; i++)
        if (person->insurances[i].insutype == 310)
            holder = i;
    return holder;
}

static void build_insurances(const struct reply *reply, struct pool *pool, Copay__Person *m)
{
    const struct person *person = reply->person;
    Copay__Insurance *out =
        pool_list(pool, person->insurance_count, sizeof *out, (void ***)&m->insuinfo);
    for (uint32_t i = 0; out && i < person->insurance_count; i++) {
        const struct insurance *in = &person->insurances[i];
        copay__insurance__init(&out[i]);
        out[i].insutype = build_text(pool, "%u", in->insutype);
        out[i].psn_type = (char *)in->psn_type;
        out[i].psn_insu_stas = build_text(pool, "%u", in->psn_insu_stas);
        out[i].psn_insu_date = in->psn_insu_date;
        out[i].has_paus_insu_date = in->paus_insu_date != DATE_NONE;
        out[i].paus_insu_date = in->paus_insu_date;
        out[i].has_expi_date = in->expi_date != DATE_MAX;
        out[i].expi_date = in->expi_date;
        out[i].pool_begndate = in->pool_begndate;
        out[i].insuplc_admdvs = (char *)in->insuplc_admdvs;
        out[i].cvlserv_flag = in->cvlserv_flag ? "1" : "0";
        out[i].has_balc = i == account_holder(person);
        out[i].balc = reply->balance;
        m->n_insuinfo = i + 1;
    }
}

static void build_identities(const struct reply *reply, struct pool *pool, Copay__Person *m)
{
    const struct person *person = reply->person;
    Copay__Identity *out =
        pool_list(pool, person->identity_count, sizeof *out, (void ***)&m->idetinfo);
    for (uint32_t i = 0; out && i < person->identity_count; i++) {
        const struct identity *in = &person->identities[i];
        const char *name = reply->identity_name
                               ? reply->identity_name(reply->texts.policy, in->psn_idet_type)
                               : NULL;
        copay__identity__init(&out[i]);
        out[i].psn_idet_type = (char *)in->psn_idet_type;
        out[i].psn_type_lv = in->psn_type_lv[0] ? (char *)in->psn_type_lv : NULL;
        out[i].name = name && name[0] ? (char *)name : NULL;
        out[i].begntime = in->begntime;
        out[i].endtime = in->endtime;
        out[i].admdvs = (char *)in->admdvs;
        m->n_idetinfo = i + 1;
    }
}

static void build_entitlements(const struct reply *reply, struct pool *pool, Copay__Person *m)
{
    Copay__Entitlement *out =
        pool_list(pool, reply->entitlement_count, sizeof *out, (void ***)&m->entitlements);
    for (uint32_t i = 0; out && i < reply->entitlement_count; i++) {
        const struct entitlement *in = &reply->entitlements[i];
        copay__entitlement__init(&out[i]);
        out[i].fund_pay_type = (char *)in->fund_pay_type;
        out[i].layer = (char *)in->layer;
        out[i].trt_enjymnt_flag = in->trt_enjymnt_flag;
        out[i].trt_chk_rslt = (char *)in->trt_chk_rslt;
        m->n_entitlements = i + 1;
    }
}

Copay__Person *build_person(const struct reply *reply, struct pool *pool)
{
    const struct person *person = reply->person;
    Copay__Person *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__person__init(m);
    m->psn_no = (char *)person->psn_no;
    m->psn_cert_type = (char *)person->psn_cert_type;
    m->certno = (char *)person->certno;
    m->psn_name = (char *)person->psn_name;
    m->gend = build_text(pool, "%u", person->gend);
    m->naty = person->naty[0] ? (char *)person->naty : NULL;
    m->brdy = person->brdy;
    m->has_death_date = person->death_date != DATE_NONE;
    m->death_date = person->death_date;
    m->has_age = true;
    m->age = reply->age;
    build_insurances(reply, pool, m);
    build_identities(reply, pool, m);
    build_entitlements(reply, pool, m);
    if (reply->accums) {
        build_accums(reply->accums->list, reply->accums->count, pool, &m->accumulators);
        m->n_accumulators = reply->accums->count;
    }
    return pool->exhausted ? NULL : m;
}
