/* Drawing visits. One thread; nothing here waits. */
#include "traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/money.h"

#define MIX_PART_MAX 1000000

const char *const kind_names[KINDS] = {"outpatient", "inpatient", "pharmacy", "presettle",
                                       "void",       "query",     "person",   "refused"};

bool mix_parse(const char *text, struct mix *mix)
{
    char copy[256], *rest = copy;
    *mix = (struct mix){0};
    if (strlen(text) >= sizeof copy)
        return false;
    memcpy(copy, text, strlen(text) + 1);
    uint64_t sum = 0;
    for (char *word; (word = strsep(&rest, ","));) {
        char *equals = strchr(word, '=');
        int64_t part = 0;
        size_t kind = 0;
        if (!equals || money_parse(equals + 1, 0, MIX_PART_MAX, &part) != ERR_OK || part < 0)
            return false;
        *equals = '\0';
        while (kind < KINDS && strcmp(kind_names[kind], word) != 0)
            kind++;
        if (kind == KINDS)
            return false;
        mix->parts[kind] = (uint32_t)part;
        sum += (uint64_t)part;
    }
    return sum > 0;
}

void traffic_begin(struct traffic *traffic)
{
    const struct population *p = &traffic->world->population;
    traffic->random = random_on(traffic->world->seed, (uint64_t)clock_wall_ms());
    for (uint32_t i = 0; i < p->count && traffic->dead_count < ARRAY_LEN(traffic->dead); i++) {
        struct member member;
        population_member(p, i, &member);
        if (member.dead)
            traffic->dead[traffic->dead_count++] = i;
    }
}

static uint32_t hospital_parts(const struct traffic *t)
{
    return t->mix.parts[KIND_OUTPATIENT] + t->mix.parts[KIND_INPATIENT];
}

bool traffic_fits(const struct traffic *t, uint32_t kinds, bool pharmacy)
{
    const uint32_t *care = t->bills->places;
    if (pharmacy)
        return kinds & care[CARE_PHARMACY];
    /* Each hospital desk draws every hospital kind, so that the stated shares hold. */
    bool out = t->mix.parts[KIND_OUTPATIENT] > 0 || hospital_parts(t) == 0;
    return (!out || (kinds & care[CARE_OUTPATIENT])) &&
           (!t->mix.parts[KIND_INPATIENT] || (kinds & care[CARE_INPATIENT]));
}

uint32_t traffic_pharmacies(const struct traffic *t)
{
    uint64_t sales = t->mix.parts[KIND_PHARMACY], all = sales + hospital_parts(t);
    return all ? (uint32_t)((1000 * sales + all / 2) / all) : 0;
}

/* Its own kind of care, or with the mix's odds one that every desk offers. */
static enum kind draw_kind(struct desk *desk)
{
    struct traffic *t = desk->traffic;
    const uint32_t *parts = t->mix.parts;
    uint64_t own = (uint64_t)hospital_parts(t) + parts[KIND_PHARMACY], all = own;
    for (enum kind kind = KIND_PRESETTLE; kind < KINDS; kind++)
        all += parts[kind];
    uint64_t at = random_below(&t->random, all);
    for (enum kind kind = KIND_PRESETTLE; kind < KINDS; kind++) {
        if (at < parts[kind])
            return kind;
        at -= parts[kind];
    }
    if (desk->pharmacy)
        return KIND_PHARMACY;
    uint32_t stays = parts[KIND_INPATIENT], both = hospital_parts(t);
    return both && random_below(&t->random, both) < stays ? KIND_INPATIENT : KIND_OUTPATIENT;
}

static void draw_person(struct traffic *t, bool dead, char psn_no[MEMBER_PSN_NO + 1])
{
    const struct population *p = &t->world->population;
    struct member member;
    uint32_t index;
    if (dead) {
        /* The number behind the last member's is nobody's. */
        uint64_t at = random_below(&t->random, (uint64_t)t->dead_count + 1);
        population_psn_no(at < t->dead_count ? t->dead[at] : p->count, psn_no);
        return;
    }
    do {
        /* Frequent comers stand all over the list. */
        uint64_t rank = random_rank(&t->random, p->count, t->member_exponent);
        index = (uint32_t)(rank * UINT64_C(2654435761) % p->count);
        population_member(p, index, &member);
    } while (member.dead && t->dead_count < p->count);
    population_psn_no(index, psn_no);
}

/* The transaction of a settlement, its pre-settlement (step -1) or its void (step 1). */
static const char *infno_of(enum care care, int step)
{
    static const char *const infnos[CARES][3] = {
        {"2206", "2207", "2208"}, {"2101", "2102", "2103"}, {"2303", "2304", "2305"}};
    return infnos[care][step + 1];
}

static enum care own_care(const struct desk *desk)
{
    return desk->pharmacy ? CARE_PHARMACY : CARE_OUTPATIENT;
}

static void make_claim(struct desk *desk, struct slot *slot, enum care care, int step)
{
    struct traffic *t = desk->traffic;
    struct visit *visit = slot->user;
    char msgid[ID_MSGID + 1];
    CHECK(msgids_next(slot->lane->msgids, msgid));
    draw_person(t, visit->kind == KIND_REFUSED, visit->psn_no);
    visit->bill = &t->bills->of[care][random_below(&t->random, t->bills->count)];
    /* Time and sequence of the msgid make the ticket unique at its institution. */
    snprintf(visit->ticket, sizeof visit->ticket, TICKET_PREFIX "%s", msgid + ID_FIXMEDINS);
    message_settle(&slot->message, &slot->lane->terminal, infno_of(care, step), msgid, visit->bill,
                   visit->psn_no, visit->ticket, NULL, clock_wall_ms());
}

/* The oldest settlement kept; NULL when there is none. */
static struct done *oldest(struct desk *desk)
{
    if (desk->done_count == 0)
        return NULL;
    return &desk->done[(desk->done_next + DONE_KEPT - desk->done_count) % DONE_KEPT];
}

static void make_void(struct desk *desk, struct slot *slot, const struct done *done)
{
    char msgid[ID_MSGID + 1], infno[5];
    CHECK(msgids_next(slot->lane->msgids, msgid));
    memcpy(infno, done->infno, sizeof infno);
    infno[3]++; /* 2102 to 2103, 2207 to 2208, 2304 to 2305 */
    message_void(&slot->message, &slot->lane->terminal, infno, msgid, done->setl_id, done->psn_no,
                 clock_wall_ms());
    desk->done_count--;
}

void desk_next(struct desk *desk, struct slot *slot)
{
    struct traffic *t = desk->traffic;
    if (!slot->user)
        slot->user = calloc(1, sizeof(struct visit));
    CHECK(slot->user);
    struct visit *visit = slot->user;
    struct done *done = oldest(desk);
    char msgid[ID_MSGID + 1];
    *visit = (struct visit){.kind = draw_kind(desk), .last = true};
    if (!done && (visit->kind == KIND_VOID || visit->kind == KIND_QUERY))
        visit->kind = desk->pharmacy ? KIND_PHARMACY : KIND_OUTPATIENT;
    switch (visit->kind) {
    case KIND_INPATIENT:
        make_claim(desk, slot, CARE_INPATIENT, 0);
        break;
    case KIND_PRESETTLE:
        visit->last = false;
        make_claim(desk, slot, own_care(desk), -1);
        break;
    case KIND_VOID:
        make_void(desk, slot, done);
        break;
    case KIND_QUERY:
        CHECK(msgids_next(slot->lane->msgids, msgid));
        message_query(&slot->message, &slot->lane->terminal, msgid, done->msgid, clock_wall_ms());
        break;
    case KIND_PERSON:
        CHECK(msgids_next(slot->lane->msgids, msgid));
        draw_person(t, false, visit->psn_no);
        message_person(&slot->message, &slot->lane->terminal, msgid, visit->psn_no,
                       clock_wall_ms());
        break;
    default:
        make_claim(desk, slot, own_care(desk), 0);
    }
}

static void remember(struct desk *desk, const struct slot *slot, const struct answer *answer)
{
    const struct visit *visit = slot->user;
    if (!visit->bill || answer->setl_id.size != ID_SETL)
        return;
    struct done *done = &desk->done[desk->done_next];
    memcpy(done->infno, slot->message.infno, sizeof done->infno);
    memcpy(done->msgid, slot->message.msgid, sizeof done->msgid);
    memcpy(done->setl_id, answer->setl_id.data, ID_SETL);
    done->setl_id[ID_SETL] = '\0';
    memcpy(done->psn_no, visit->psn_no, sizeof done->psn_no);
    desk->done_next = (desk->done_next + 1) % DONE_KEPT;
    desk->done_count += desk->done_count < DONE_KEPT;
}

bool desk_follow(struct desk *desk, struct slot *slot, const struct answer *answer)
{
    struct visit *visit = slot->user;
    if (answer->outcome != COPAY__OUTCOME__OUTCOME_DONE)
        return false;
    if (visit->last) {
        remember(desk, slot, answer);
        return false;
    }
    struct agreed agreed = {answer->psn_cash_pay, answer->acct_pay};
    char msgid[ID_MSGID + 1];
    CHECK(msgids_next(slot->lane->msgids, msgid));
    visit->last = true;
    message_settle(&slot->message, &slot->lane->terminal, infno_of(own_care(desk), 0), msgid,
                   visit->bill, visit->psn_no, visit->ticket, &agreed, clock_wall_ms());
    return true;
}
