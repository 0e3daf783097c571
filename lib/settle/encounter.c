/* An encounter's own transactions. Whether the person is insured and the care may be had there is
 * asked at every one of them, so that nobody learns of it at discharge. */
#include "settle/encounter.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "settle/facts.h"
#include "state/keys.h"

void encounter_refuse_stage(struct turn *turn, const struct encounter *encounter,
                            const char *infno_first)
{
    problem_addf(turn->problems, REASON_ENCOUNTER_STAGE, "mdtrt_id", NULL, "%s -> %s",
                 encounter_stage_name(encounter->stage), infno_first);
}

enum err encounter_find(struct turn *turn, const char *mdtrt_id, const char *psn_no,
                        struct encounter *out)
{
    const struct request *request = turn->request;
    enum err err = state_encounter(turn->state, mdtrt_id, out);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    /* Somebody else's reads as none. */
    if (err == ERR_NOTFOUND || strcmp(out->fixmedins_code, request->fixmedins_code) != 0)
        turn_problem(turn, REASON_ENCOUNTER_UNKNOWN, "mdtrt_id", mdtrt_id);
    else if (strcmp(out->psn_no, psn_no) != 0)
        turn_problem(turn, REASON_ENCOUNTER_MISMATCH, "psn_no", psn_no);
    else if (out->inpatient != (request->family == FAMILY_INPATIENT))
        turn_problem(turn, REASON_ENCOUNTER_MISMATCH, "infno", request->infno);
    else if (out->stage == ENCOUNTER_CANCELLED)
        encounter_refuse_stage(turn, out, out->inpatient ? "2401" : "2201");
    return ERR_OK;
}

const char *encounter_batch(const struct encounter *encounter, const char *chrg_bchno,
                            char text[BATCH_TEXT])
{
    if (!encounter->inpatient)
        return chrg_bchno;
    snprintf(text, BATCH_TEXT, "%u", encounter->bill);
    return text;
}

/* The magnitudes bound every sum of any of the lines. */
void encounter_check_room(struct turn *turn, const struct claim_line *lines, uint32_t count,
                          const char *next)
{
    int64_t gross = 0;
    bool fits = true;
    for (uint32_t i = 0; i < count && fits; i++) {
        const int64_t amount = lines[i].det_item_fee_sumamt;
        fits = money_add(&gross, amount < 0 ? -amount : amount);
    }
    if (count > STAY_LINES_MAX)
        problem_addf(turn->problems, REASON_ENCOUNTER_FULL, "lines", NULL, "%u > %d -> %s", count,
                     STAY_LINES_MAX, next);
    if (!fits)
        turn_problem(turn, REASON_ENCOUNTER_FULL, "medfee_sumamt", next);
}

enum err encounter_open_bill(struct turn *turn, const struct encounter *encounter,
                             const char *chrg_bchno, struct encounter_bill *bill)
{
    enum err err = state_bill(turn->state, encounter->mdtrt_id, chrg_bchno, bill);
    if (err == ERR_OK && bill->setl_id[0]) {
        turn_problem(turn, REASON_VISIT_SETTLED, "chrg_bchno", bill->setl_id);
        turn->reply->setl_id = bill->setl_id;
    }
    return err;
}

void encounter_forget_bill(struct encounter *encounter, const char *chrg_bchno)
{
    for (uint32_t i = 0; i < encounter->bills_count; i++) {
        if (strcmp(encounter->bills[i], chrg_bchno) != 0)
            continue;
        encounter->bills_count--;
        memmove(encounter->bills[i], encounter->bills[i + 1],
                (encounter->bills_count - i) * sizeof encounter->bills[0]);
        return;
    }
}

struct claim encounter_claim(const struct encounter *encounter, const struct care *care)
{
    return (struct claim){
        .psn_no = encounter->psn_no,
        .insutype = care->insutype,
        .med_type = care->med_type,
        .mdtrt_cert_type = "",
        .mdtrt_cert_no = "",
        .card_sn = "",
        .ipt_otp_no = encounter->ipt_otp_no,
        .chrg_bchno = "",
        .dise_codg = care->dise_codg,
        .oprn_oprt_code = care->oprn_oprt_code,
        .matn_type = care->matn_type,
        .birctrl_type = care->birctrl_type,
        .prescriber_grade = "",
        .invono = "",
        .psn_setlway = "",
        .begntime = care->begntime,
        .endtime = care->begntime,
        .emergency = care->emergency,
        .trauma = {.present = care->trauma.present,
                   .third_party = care->trauma.third_party,
                   .signed_by_patient = care->trauma.signed_by_patient,
                   .cause = care->trauma.present ? "declared" : ""},
        .newborn = care->newborn,
    };
}

struct request *encounter_stand_in(struct turn *turn, const struct claim *claim)
{
    struct request *request = arena_alloc_raw(turn->arena, sizeof *request);
    if (!request)
        return NULL;
    *request = *turn->request;
    request->claim = *claim;
    turn->request = request;
    return request;
}

void encounter_reply(struct turn *turn, const struct encounter *encounter, const char *chrg_bchno,
                     const struct encounter_bill *bill)
{
    turn->reply->encounter.of = encounter;
    turn->reply->encounter.chrg_bchno = chrg_bchno;
    turn->reply->encounter.bill = bill;
}

/* What the message says takes the place of what stood there. */
static void take_in(struct encounter *e, const struct encounter_order *o)
{
#define TAKE(field, from)                                                                          \
    if (o->from)                                                                                   \
    TEXT_SET(e->field, o->from)
    TAKE(mdtrt_cert_type, mdtrt_cert_type);
    TAKE(ipt_otp_no, ipt_otp_no);
    TAKE(dept_code, dept_code);
    TAKE(bed, bed);
    TAKE(atddr_no, atddr_no);
    TAKE(dscg_way, dscg_way);
    TAKE(care.insutype, insutype);
    TAKE(care.med_type, med_type);
    TAKE(care.dise_codg, dise_codg);
    TAKE(care.oprn_oprt_code, oprn_oprt_code);
    TAKE(care.matn_type, matn_type);
    TAKE(care.birctrl_type, birctrl_type);
#undef TAKE
    if (o->begntime_given)
        e->care.begntime = o->begntime;
    if (o->endtime_given)
        e->endtime = o->endtime;
    if (o->emergency_given)
        e->care.emergency = o->emergency;
    if (o->trauma.present) {
        e->care.trauma.present = true;
        e->care.trauma.third_party = o->trauma.third_party;
        e->care.trauma.signed_by_patient = o->trauma.signed_by_patient;
    }
    if (o->newborn.present)
        e->care.newborn = o->newborn;
    if (o->diagnosis_count == 0)
        return;
    e->diagnosis_count = o->diagnosis_count;
    memcpy(e->diagnoses, o->diagnoses, o->diagnosis_count * sizeof o->diagnoses[0]);
}

static void check_times(struct turn *turn, const struct encounter *e)
{
    char text[DATE_TEXT];
    if (e->care.begntime > turn->now_ms + DAY_MS)
        turn_problem(turn, REASON_FEE_AFTER_CARE, "begntime",
                     date_format_time(e->care.begntime, text));
    if (e->endtime == 0)
        return;
    if (e->endtime < e->care.begntime || e->endtime > turn->now_ms + DAY_MS)
        turn_problem(turn, REASON_FEE_AFTER_CARE, "endtime", date_format_time(e->endtime, text));
}

/* Person, institution and cover, by the rules that a settlement asks; of an outpatient whose kind
 * of care is not said yet, only that the person is known. */
static enum err prove(struct turn *turn, const struct encounter *e,
                      const struct encounter_order *order)
{
    struct claim claim = encounter_claim(e, &e->care);
    struct facts *facts = arena_alloc_raw(turn->arena, sizeof *facts);
    struct result *result = arena_alloc_raw(turn->arena, sizeof *result);
    if (!facts || !result)
        return ERR_NOMEM;
    if (e->care.med_type[0] == '\0') {
        enum err err = state_person(turn->state, e->psn_no, &facts->person);
        if (err == ERR_NOTFOUND)
            turn_problem(turn, REASON_PERSON_UNKNOWN, "psn_no", e->psn_no);
        return err == ERR_NOTFOUND ? ERR_OK : err;
    }
    claim.mdtrt_cert_type = order->mdtrt_cert_type ? order->mdtrt_cert_type : "";
    claim.mdtrt_cert_no = order->mdtrt_cert_no ? order->mdtrt_cert_no : "";
    claim.endtime = e->endtime ? e->endtime : claim.begntime;
    if (!encounter_stand_in(turn, &claim))
        return ERR_NOMEM;
    enum err err = facts_gather(turn, facts);
    if (err != ERR_OK || turn_has_problems(turn))
        return err;
    err = adjudicate_lines(&facts->in, turn->arena, result);
    if (err == ERR_OK && result->problems.count > 0)
        *turn->problems = result->problems;
    return err;
}

/* The number must be nobody's yet. */
static enum err check_number(struct turn *turn, const struct encounter *e)
{
    char *holder = arena_alloc(turn->arena, ID_SETL + 1);
    if (!holder)
        return ERR_NOMEM;
    enum err err = state_visit(turn->state, e->fixmedins_code, e->ipt_otp_no, VISIT_BATCH, holder);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    if (holder[0] == 'M') {
        turn_problem(turn, REASON_ENCOUNTER_REGISTERED, "ipt_otp_no", holder);
        turn->reply->mdtrt_id = holder;
    } else {
        turn_problem(turn, REASON_VISIT_SETTLED, "ipt_otp_no", holder);
        turn->reply->setl_id = holder;
    }
    return ERR_OK;
}

/* Nobody lies in two hospitals. */
static enum err check_no_stay(struct turn *turn, const struct encounter *e)
{
    char mdtrt_id[ID_SETL + 1];
    struct encounter *other = arena_alloc_raw(turn->arena, sizeof *other);
    if (!other)
        return ERR_NOMEM;
    enum err err = state_stay(turn->state, e->psn_no, mdtrt_id);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    err = state_encounter(turn->state, mdtrt_id, other);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    problem_addf(turn->problems, REASON_IN_HOSPITAL, "psn_no", NULL, "%s %s", other->fixmedins_code,
                 mdtrt_id);
    turn->reply->mdtrt_id = other->mdtrt_id;
    return ERR_OK;
}

static enum err finish(struct turn *turn, const struct encounter *e)
{
    effects_put_encounter(turn->effects, e);
    encounter_reply(turn, e, "", NULL);
    return turn_record(turn, RECORD_ENCOUNTER);
}

static enum err open_encounter(struct turn *turn, const struct encounter_order *order,
                               struct encounter *e)
{
    TEXT_SET(e->fixmedins_code, turn->request->fixmedins_code);
    TEXT_SET(e->psn_no, order->psn_no);
    e->inpatient = turn->request->family == FAMILY_INPATIENT;
    e->bill = e->inpatient ? 1 : 0;
    e->stage = ENCOUNTER_OPEN;
    take_in(e, order);
    check_times(turn, e);
    enum err err = check_number(turn, e);
    if (err == ERR_OK && e->inpatient)
        err = check_no_stay(turn, e);
    if (err == ERR_OK && !turn_has_problems(turn))
        err = prove(turn, e, order);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    id_format_mdtrt(turn->settle->region, turn->today, turn->sequence, e->mdtrt_id);
    effects_put_visit(turn->effects, e, e->mdtrt_id);
    if (e->inpatient)
        effects_enter(turn->effects, turn->state, e);
    turn->reply->mdtrt_id = e->mdtrt_id;
    return finish(turn, e);
}

/* Change and discharge. */
static enum err change(struct turn *turn, const struct encounter_order *order, struct encounter *e)
{
    const bool discharges = turn->request->kind == REQUEST_DISCHARGE;
    if (e->stage == ENCOUNTER_SETTLED)
        encounter_refuse_stage(turn, e, "2305");
    else if (discharges && e->stage != ENCOUNTER_OPEN)
        encounter_refuse_stage(turn, e, "2405");
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    take_in(e, order);
    check_times(turn, e);
    enum err err = turn_has_problems(turn) ? ERR_OK : prove(turn, e, order);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    if (discharges) {
        e->stage = ENCOUNTER_DISCHARGED;
        effects_leave(turn->effects, turn->state, e);
    }
    return finish(turn, e);
}

static enum err undo_discharge(struct turn *turn, struct encounter *e)
{
    enum err err = ERR_OK;
    if (e->stage == ENCOUNTER_SETTLED)
        encounter_refuse_stage(turn, e, "2305");
    else if (e->stage != ENCOUNTER_DISCHARGED)
        encounter_refuse_stage(turn, e, "2402");
    else
        err = check_no_stay(turn, e);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    e->stage = ENCOUNTER_OPEN;
    e->endtime = 0;
    e->dscg_way[0] = '\0';
    effects_enter(turn->effects, turn->state, e);
    return finish(turn, e);
}

enum err encounter_cancel(struct turn *turn, struct encounter *e)
{
    struct encounter_bill bill = {0};
    char batch[BATCH_TEXT];
    enum err err = ERR_NOTFOUND;
    if (e->inpatient)
        err = state_bill(turn->state, e->mdtrt_id, encounter_batch(e, "", batch), &bill);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    if (e->settled > 0)
        turn_problem(turn, REASON_ENCOUNTER_BILLED, "mdtrt_id", e->inpatient ? "2305" : "2208");
    else if (e->stage == ENCOUNTER_DISCHARGED)
        encounter_refuse_stage(turn, e, "2405");
    else if (bill.line_count > 0 || e->bills_count > 0)
        turn_problem(turn, REASON_ENCOUNTER_FEES, "mdtrt_id", e->inpatient ? "2302" : "2205");
    if (turn_has_problems(turn))
        return ERR_OK;
    e->stage = ENCOUNTER_CANCELLED;
    effects_put_visit(turn->effects, e, NULL);
    if (e->inpatient)
        effects_leave(turn->effects, turn->state, e);
    effects_put_encounter(turn->effects, e);
    encounter_reply(turn, e, "", NULL);
    return ERR_OK;
}

static enum err undo_register(struct turn *turn, struct encounter *e)
{
    enum err err = encounter_cancel(turn, e);
    if (err != ERR_OK)
        return err;
    return turn_has_problems(turn) ? turn_refuse(turn) : turn_record(turn, RECORD_ENCOUNTER);
}

enum err encounter_turn(struct turn *turn)
{
    const struct encounter_order *order = &turn->request->encounter;
    const enum request_kind kind = turn->request->kind;
    struct encounter *e = arena_alloc(turn->arena, sizeof *e);
    if (!e)
        return ERR_NOMEM;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    if (kind == REQUEST_REGISTER)
        return open_encounter(turn, order, e);
    enum err err = encounter_find(turn, order->mdtrt_id, order->psn_no, e);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    if (kind == REQUEST_UNDO_REGISTER)
        return undo_register(turn, e);
    return kind == REQUEST_UNDO_DISCHARGE ? undo_discharge(turn, e) : change(turn, order, e);
}
