/* The generator of bills. Runs once before the first message; one thread. */
#include "bill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "copay.pb-c.h"
#include "random.h"

#define LINE_TEXT 64
#define HOUR_MS INT64_C(3600000)

/* Stand where the real ones go, and are found again in the packed bytes. */
static const char psn_no_mark[MEMBER_PSN_NO + 1] = "@psn_no@psn_no@psn_n";
static const char ticket_mark[TICKET + 1] = "@ticket@ticket@ticke";

struct maker {
    const struct world *world;
    const struct bills_plan *plan;
    struct random random;
    Copay__Line *lines, **line_list;
    char (*texts)[3][LINE_TEXT]; /* feedetl_sn, medins_list_codg, medins_list_name */
};

static enum care care_of(const struct policy *policy, const struct policy_med_type *type)
{
    uint32_t kind = UINT32_C(1) << type->kind;
    if (policy->pharmacy_kinds & kind)
        return CARE_PHARMACY;
    return policy->inpatient_kinds & kind ? CARE_INPATIENT : CARE_OUTPATIENT;
}

/* The first of that kind is the ordinary one and gets four of five. */
static const char *choose_med_type(struct maker *m, enum care care)
{
    const struct policy *policy = m->world->region.policy;
    const char *chosen = NULL;
    bool other = random_below(&m->random, 5) == 0;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < policy->med_type_count; i++) {
        const struct policy_med_type *type = &policy->med_types[i];
        if (type->trauma || care_of(policy, type) != care)
            continue;
        if (!chosen || (other && random_below(&m->random, ++seen) == 0))
            chosen = type->med_type;
    }
    return chosen;
}

/* Mostly small, now and then dear: 1 to 400 yuan, in whole fen. */
static int64_t choose_price(struct random *r)
{
    int64_t fen = 100 + (int64_t)random_below(r, 4900);
    return random_below(r, 8) ? fen : fen * 8;
}

static void fill_line(struct maker *m, uint32_t i, int64_t time_ms)
{
    const struct region *region = &m->world->region;
    const struct item *item = &region->items[random_below(&m->random, region->item_count)];
    Copay__Line *line = &m->lines[i];
    copay__line__init(line);
    int64_t fen = choose_price(&m->random), cnt = 1 + (int64_t)random_below(&m->random, 4);
    line->feedetl_sn = m->texts[i][0];
    line->med_list_codg = (char *)item->med_list_codg;
    line->cnt = cnt * CNT_ONE;
    line->pric = fen * (PRIC_ONE / 100);
    line->det_item_fee_sumamt = cnt * fen;
    line->fee_ocur_time = time_ms;
    line->has_hosp_appr_flag = item->limited;
    line->hosp_appr_flag = 1;
    if (m->plan->names) {
        line->medins_list_codg = m->texts[i][1];
        line->medins_list_name = m->texts[i][2];
    }
}

static bool pack(const Copay__Settle *settle, struct bill *bill)
{
    size_t size = copay__settle__get_packed_size(settle);
    bill->bytes = malloc(size);
    if (!bill->bytes)
        return false;
    bill->size = (uint32_t)copay__settle__pack(settle, bill->bytes);
    const uint8_t *psn_no = memmem(bill->bytes, size, psn_no_mark, MEMBER_PSN_NO);
    const uint8_t *ticket = memmem(bill->bytes, size, ticket_mark, TICKET);
    CHECK(psn_no && ticket);
    bill->psn_no_at = (uint32_t)(psn_no - bill->bytes);
    bill->ticket_at = (uint32_t)(ticket - bill->bytes);
    return true;
}

static bool make_one(struct maker *m, enum care care, struct bill *bill)
{
    Copay__Settle settle = COPAY__SETTLE__INIT;
    /* Yesterday's visits; stays of five days that ended yesterday. */
    int64_t day = date_start_ms(date_of_time(m->plan->now_ms) - 1);
    settle.begntime = day + 9 * HOUR_MS - (care == CARE_INPATIENT ? 5 * DAY_MS : 0);
    settle.endtime = day + 11 * HOUR_MS;
    settle.psn_no = (char *)psn_no_mark;
    settle.ipt_otp_no = (char *)ticket_mark;
    settle.mdtrt_cert_type = "99";
    settle.med_type = (char *)choose_med_type(m, care);
    settle.acct_used_flag = random_below(&m->random, 2);
    for (uint32_t i = 0; i < m->plan->lines; i++) {
        int64_t days = care == CARE_INPATIENT ? (int64_t)random_below(&m->random, 5) : 0;
        fill_line(m, i, day + 10 * HOUR_MS - days * DAY_MS);
        settle.medfee_sumamt += m->lines[i].det_item_fee_sumamt;
    }
    settle.n_lines = m->plan->lines;
    settle.lines = m->line_list;
    return pack(&settle, bill);
}

static bool make_care(struct maker *m, enum care care, struct bills *bills)
{
    if (!choose_med_type(m, care))
        return true; /* the region has no such care: nobody may draw it */
    bills->of[care] = calloc(bills->count, sizeof(struct bill));
    for (uint32_t i = 0; bills->of[care] && i < bills->count; i++)
        if (!make_one(m, care, &bills->of[care][i]))
            return false;
    return bills->of[care];
}

static bool begin(struct maker *m, struct bills *bills)
{
    uint32_t lines = m->plan->lines;
    m->lines = calloc(lines, sizeof *m->lines);
    m->line_list = calloc(lines, sizeof *m->line_list);
    m->texts = calloc(lines, sizeof *m->texts);
    if (!m->lines || !m->line_list || !m->texts)
        return false;
    for (uint32_t i = 0; i < lines; i++) {
        m->line_list[i] = &m->lines[i];
        snprintf(m->texts[i][0], LINE_TEXT, "%" PRIu32, i + 1);
        snprintf(m->texts[i][1], LINE_TEXT, "HIS99%04" PRIu32, i + 1);
        snprintf(m->texts[i][2], LINE_TEXT, "示例项目%" PRIu32, i + 1);
    }
    const struct policy *policy = m->world->region.policy;
    for (uint32_t i = 0; i < policy->med_type_count; i++) {
        const struct policy_med_type *type = &policy->med_types[i];
        if (!type->trauma)
            bills->places[care_of(policy, type)] |= UINT32_C(1) << type->kind;
    }
    return true;
}

bool bills_make(const struct world *world, const struct bills_plan *plan, struct bills *bills)
{
    struct maker m = {.world = world, .plan = plan, .random = random_on(world->seed, 3)};
    *bills = (struct bills){.count = plan->count};
    bool made = begin(&m, bills);
    for (enum care care = 0; made && care < CARES; care++)
        made = make_care(&m, care, bills);
    free(m.lines);
    free(m.line_list);
    free(m.texts);
    if (!made) {
        fprintf(stderr, "copay-replay: out of memory\n");
        bills_free(bills);
    }
    return made;
}

void bills_free(struct bills *bills)
{
    for (enum care care = 0; care < CARES; care++) {
        for (uint32_t i = 0; bills->of[care] && i < bills->count; i++)
            free(bills->of[care][i].bytes);
        free(bills->of[care]);
        bills->of[care] = NULL;
    }
}
