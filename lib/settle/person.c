/* 1101, and the person that an operator looks at: facts as stored, entitlement per layer of the
 * policy in force, accumulators of the benefit year, the account. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "adjudicate/adjudicate.h"
#include "settle/labels.h"
#include "settle/query.h"

#define REASON_TEXT_MAX 96

struct person_file {
    struct person person;
    struct person_year year;
    char psn_no[TEXT_ID_MAX + 1];
};

/* Whom the layers are asked about. */
struct standing {
    const struct policy *policy;
    const struct person *person;
    const struct insurance *cover; /* NULL: not insured on the date */
    int32_t pool_begins;           /* under it */
    int32_t date;
    uint32_t insutype, kind, class, identities; /* masks; kind 0: any */
};

static const char *reason_text(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
static const char *reason_text(struct arena *arena, const char *format, ...)
{
    char text[REASON_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_copy(arena, text, strlen(text));
}

static uint32_t bit(int index)
{
    return index < 0 ? 0 : UINT32_C(1) << index;
}

static struct standing standing_of(const struct policy *policy, const struct person *person,
                                   int32_t date, const char *med_type)
{
    struct standing s = {.policy = policy, .person = person, .date = date};
    const struct policy_med_type *type = policy_med_type(policy, med_type);
    s.kind = type ? bit(type->kind) : 0;
    s.cover = adjudicate_cover(policy, person, 0, date);
    if (s.cover) {
        s.pool_begins = adjudicate_pool_begins(policy, person, s.cover).date;
        s.insutype = bit(policy_insutype(policy, s.cover->insutype));
        s.class = bit(policy_class(policy, s.cover->insutype, s.cover->psn_type));
    }
    for (uint32_t i = 0; i < person->identity_count; i++) {
        const struct identity *identity = &person->identities[i];
        if (date >= identity->begntime && date <= identity->endtime)
            s.identities |= bit(policy_identity(policy, identity->psn_idet_type));
    }
    return s;
}

/* Whether the layer is of the person's insurance and the care asked about. Without cover every
 * layer is shown, closed. */
static bool concerns(const struct standing *s, const struct layer *layer)
{
    if (s->kind && !(layer->kinds & s->kind))
        return false;
    return !s->cover || ((layer->insutypes & s->insutype) && (layer->classes & s->class));
}

/* Why the layer is closed, in Chinese; NULL when it is open. */
static const char *closed(const struct standing *s, const struct layer *layer, struct arena *arena)
{
    char day[DATE_TEXT];
    const struct insurance *cover = s->cover;
    if (s->person->death_date != DATE_NONE && s->person->death_date < s->date)
        return "人员已死亡";
    if (!cover)
        return "未参保";
    if (layer->identities && !(layer->identities & s->identities))
        return "不具备该待遇要求的身份";
    if (!layer->needs_pool || insurance_pool_open(cover, s->pool_begins, s->date))
        return NULL;
    if (s->date < s->pool_begins)
        return reason_text(arena, "待遇等待期，%s起享受", date_format(s->pool_begins, day));
    return reason_text(arena, "欠费，%s起暂停享受", date_format(cover->paus_insu_date, day));
}

static void fill_entitlements(struct turn *turn, const struct standing *s)
{
    struct reply *reply = turn->reply;
    for (uint32_t i = 0; i < s->policy->layer_count; i++) {
        const struct layer *layer = &s->policy->layers[i];
        if (!concerns(s, layer) || reply->entitlement_count == REPLY_ENTITLEMENTS_MAX)
            continue;
        const char *why = closed(s, layer, turn->arena);
        reply->entitlements[reply->entitlement_count++] = (struct entitlement){
            .fund_pay_type = layer->fund_pay_type,
            .layer = layer->id,
            .trt_enjymnt_flag = !why,
            .trt_chk_rslt = why,
        };
    }
}

static const char *identity_name(const void *policy, const char *psn_idet_type)
{
    const struct policy *p = policy;
    int index = policy_identity(p, psn_idet_type);
    return index < 0 ? NULL : p->identities[index].name_zh;
}

static void fill_policy(struct turn *turn, const struct person *person, int32_t date,
                        const char *med_type)
{
    const struct policy *policy = turn->pack ? pack_policy(turn->pack, date) : NULL;
    if (!policy)
        return;
    struct standing standing = standing_of(policy, person, date, med_type);
    turn->reply->texts.policy = policy;
    turn->reply->identity_name = identity_name;
    fill_entitlements(turn, &standing);
    labels_of_entitlements(turn, policy);
}

enum err query_fill_person(struct turn *turn, const char *psn_no, int32_t date,
                           const char *med_type)
{
    struct reply *reply = turn->reply;
    struct person_file *file = arena_alloc(turn->arena, sizeof *file);
    if (!file)
        return ERR_NOMEM;
    enum err err = state_person(turn->state, psn_no, &file->person);
    if (err != ERR_OK)
        return err;
    fill_policy(turn, &file->person, date, med_type);
    const struct policy *policy = reply->texts.policy;
    uint16_t year = policy ? dates_year(&policy->dates, date) : (uint16_t)date_year(date);
    err = state_person_year(turn->state, psn_no, year, &file->year);
    if (err == ERR_OK)
        err = state_balance(turn->state, psn_no, &reply->balance);
    reply->person = &file->person;
    reply->accums = &file->year.accums;
    int age = date_age(file->person.brdy, date);
    reply->age = age < 0 ? 0 : age * 10; /* one decimal on the wire */
    return err;
}

/* psn_no as given, or the holder of the identity number. */
static enum err find_holder(struct turn *turn, const struct person_query *query,
                            char psn_no[TEXT_ID_MAX + 1])
{
    if (query->psn_no[0] == '\0')
        return state_certificate(turn->state, query->psn_cert_type, query->certno, psn_no);
    text_set(psn_no, TEXT_ID_MAX + 1, query->psn_no);
    return ERR_OK;
}

/* Whatever was said about the person must be so. */
static void check_said(struct turn *turn, const struct person_query *query,
                       const struct person *person)
{
    const char *field = NULL;
    if (query->certno[0] && strcasecmp(query->certno, person->certno) != 0)
        field = "certno";
    else if (query->certno[0] && query->psn_cert_type[0] &&
             strcmp(query->psn_cert_type, person->psn_cert_type) != 0)
        field = "psn_cert_type";
    else if (query->psn_name[0] && strcmp(query->psn_name, person->psn_name) != 0)
        field = "psn_name";
    if (field)
        problem_add(turn->problems, REASON_CREDENTIAL_MISMATCH, field, NULL, NULL);
}

enum err query_person(struct turn *turn)
{
    const struct person_query *query = &turn->request->person;
    char psn_no[TEXT_ID_MAX + 1];
    int32_t date = query->begntime ? date_of_time(query->begntime) : turn->today;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    enum err err = find_holder(turn, query, psn_no);
    if (err == ERR_OK)
        err = query_fill_person(turn, psn_no, date, query->med_type);
    if (err == ERR_NOTFOUND)
        problem_add(turn->problems, REASON_PERSON_UNKNOWN, query->psn_no[0] ? "psn_no" : "certno",
                    NULL, query->psn_no[0] ? query->psn_no : NULL);
    else if (err != ERR_OK)
        return err;
    else
        check_said(turn, query, turn->reply->person);
    if (!turn_has_problems(turn))
        return turn_answer(turn);
    turn->reply->person = NULL;
    return turn_refuse(turn);
}
