/* Entitlement per fund: of a person in general (1101), and for one piece of care (2001), where the
 * situation decides too, and which filing would make it another. */
#include "settle/entitlement.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "settle/encounter.h"
#include "settle/facts.h"
#include "settle/labels.h"
#include "settle/query.h"

#define REASON_TEXT_MAX 400

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

struct standing standing_of(const struct policy *policy, const struct person *person,
                            uint16_t insutype, int32_t date, const char *med_type)
{
    struct standing s = {.policy = policy, .person = person, .date = date};
    const struct policy_med_type *type = policy_med_type(policy, med_type);
    s.kind = type ? bit(type->kind) : 0;
    s.cover = adjudicate_cover(policy, person, insutype, date);
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

/* Whether some figure of the layer is for certain values of these dimensions only. */
static bool depends(const struct layer *layer, uint8_t dimensions)
{
    uint8_t asked = layer->in.dimensions;
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        asked |= layer->deductibles[i].who.in.dimensions;
    for (uint8_t i = 0; i < layer->ratio_count; i++)
        asked |= layer->ratios[i].who.in.dimensions;
    for (uint8_t i = 0; i < layer->adjust_count; i++)
        asked |= layer->adjusts[i].who.in.dimensions;
    return asked & dimensions;
}

/* "异地长期居住备案(2505)、异地转诊备案(2501)" */
static void name_filings(const struct policy *policy, uint32_t filings, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t left = filings; left != 0 && used < size; left &= left - 1) {
        const struct policy_filing *filing = &policy->filings[__builtin_ctz(left)];
        used += (size_t)snprintf(text + used, size - used, "%s%s(%s)", used ? "、" : "",
                                 filing->name_zh, filing->codes[0]);
    }
    text[utf8_whole(text, strlen(text))] = '\0';
}

/* The value of the first of these dimensions, as the policy calls it. */
static const char *situation_zh(const struct policy *policy, const struct entitled *care,
                                uint8_t dimensions)
{
    const int i = __builtin_ctz(dimensions);
    return policy->dimensions[i].values[care->values[i]].name_zh;
}

/* What the care adds to that the layer is open: that its situation shuts it, or what filing is
 * missing. *open is cleared. */
static const char *care_says(const struct standing *s, const struct entitled *care, uint8_t index,
                             struct arena *arena, bool *open)
{
    const struct layer *layer = &s->policy->layers[index];
    const uint32_t bit = UINT32_C(1) << index;
    char missing[REASON_TEXT_MAX / 2];
    const bool lacks = care->filings != 0 && depends(layer, care->dimensions);
    name_filings(s->policy, care->filings, missing, sizeof missing);
    if (care->shut & bit) {
        const uint8_t asked = layer->in.dimensions;
        *open = false;
        return lacks ? reason_text(arena, "未办理%s", missing)
                     : reason_text(arena, "就医情形为“%s”，不享受该待遇",
                                   situation_zh(s->policy, care, asked));
    }
    if (!(care->layers & bit)) {
        *open = false;
        return "不符合该待遇的享受条件";
    }
    return lacks ? reason_text(arena, "未办理%s，按“%s”支付", missing,
                               situation_zh(s->policy, care, care->dimensions))
                 : NULL;
}

void entitlements_fill(struct turn *turn, const struct standing *s, const struct entitled *care)
{
    struct reply *reply = turn->reply;
    for (uint8_t i = 0; i < s->policy->layer_count; i++) {
        const struct layer *layer = &s->policy->layers[i];
        if (!concerns(s, layer) || reply->entitlement_count == REPLY_ENTITLEMENTS_MAX)
            continue;
        const char *why = closed(s, layer, turn->arena);
        bool open = !why;
        if (open && care)
            why = care_says(s, care, i, turn->arena, &open);
        reply->entitlements[reply->entitlement_count++] = (struct entitlement){
            .fund_pay_type = layer->fund_pay_type,
            .layer = layer->id,
            .trt_enjymnt_flag = open,
            .trt_chk_rslt = why,
        };
    }
    labels_of_entitlements(turn, s->policy);
}

/* ---- 2001 ---- */

/* Of what a settlement would refuse: who is dead or not insured has entitlements, all shut. */
static bool of_person(const struct problems *problems)
{
    for (uint32_t i = 0; i < problems->count; i++)
        if (problems->list[i].reason != REASON_PERSON_DEAD &&
            problems->list[i].reason != REASON_NOT_INSURED)
            return false;
    return true;
}

enum err query_entitlement(struct turn *turn)
{
    struct facts *facts = arena_alloc_raw(turn->arena, sizeof *facts);
    struct result *result = arena_alloc_raw(turn->arena, sizeof *result);
    struct claim claim = turn->request->claim;
    struct entitled care;
    if (!facts || !result)
        return ERR_NOMEM;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    claim.begntime = claim.endtime = claim.begntime ? claim.begntime : turn->now_ms;
    if (!encounter_stand_in(turn, &claim))
        return ERR_NOMEM;
    enum err err = facts_gather(turn, facts);
    if (err == ERR_OK && !turn_has_problems(turn))
        err = adjudicate_entitled(&facts->in, turn->arena, result, &care);
    if (err != ERR_OK)
        return err;
    if (!turn_has_problems(turn) && !of_person(&result->problems))
        *turn->problems = result->problems;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    const struct standing s =
        standing_of(facts->in.policy, &facts->person, (uint16_t)strtoul(claim.insutype, NULL, 10),
                    date_of_time(claim.begntime), claim.med_type);
    entitlements_fill(turn, &s, result->problems.count > 0 ? NULL : &care);
    return turn_answer(turn);
}
