/* Encounter and kin -> struct request: lengths, and what each transaction must or must not say.
 * Pure; the gate's thread. */
#include "wire/encounter.h"

#include <string.h>

#include "base/date.h"
#include "wire/bounds.h"
#include "wire/claim.h"

#define DISCHARGE_WAY_MAX 3
#define SEX_MAX 2

/* Absent stays NULL. */
static const char *optional_text(const struct bounds *b, const char *field, const char *text,
                                 size_t max)
{
    return text ? bounds_text(b, field, text, max) : NULL;
}

static void need(const struct bounds *b, const char *field, bool given)
{
    if (!given)
        problem_add(b->problems, REASON_FIELD_MISSING, field, NULL, NULL);
}

static void must_not(const struct bounds *b, const char *field, bool given, const char *infno)
{
    if (given)
        problem_add(b->problems, REASON_FIELD_INVALID, field, NULL, infno);
}

static void read_diagnoses(const struct bounds *b, const Copay__Encounter *m,
                           struct encounter_order *out)
{
    bool main = false;
    if (m->n_diseinfo > DIAGNOSES_MAX) {
        problem_addf(b->problems, REASON_FIELD_TOO_LONG, "diseinfo", NULL, "%zu > %d",
                     m->n_diseinfo, DIAGNOSES_MAX);
        return;
    }
    for (size_t i = 0; i < m->n_diseinfo; i++) {
        const Copay__Diagnosis *from = m->diseinfo[i];
        struct diagnosis *to = &out->diagnoses[out->diagnosis_count++];
        const char *code = bounds_required(b, "diag_code", from->diag_code, ENCOUNTER_CODE);
        const char *type = bounds_text(b, "diag_type", from->diag_type, 1);
        memcpy(to->diag_code, code, strlen(code) + 1);
        to->diag_type = type[0];
        to->maindiag_flag = from->has_maindiag_flag && from->maindiag_flag;
        if (type[0] && !strchr("123", type[0]))
            problem_add(b->problems, REASON_FIELD_INVALID, "diag_type", NULL, type);
        if (main && to->maindiag_flag)
            problem_add(b->problems, REASON_FIELD_INVALID, "maindiag_flag", NULL, code);
        main |= to->maindiag_flag;
    }
}

static void read_newborn(const struct bounds *b, const Copay__Newborn *m, struct newborn *out)
{
    if (!m)
        return;
    out->present = true;
    out->gend = (uint8_t)m->gend;
    out->brdy = bounds_date(b, "newborn.brdy", m->brdy);
    if (m->gend < 1 || m->gend > SEX_MAX)
        problem_addf(b->problems, REASON_FIELD_INVALID, "newborn.gend", NULL, "%u", m->gend);
}

/* What a registration must say, and what only it may. */
static void check_register(const struct bounds *b, const struct request *request)
{
    const struct encounter_order *o = &request->encounter;
    const bool opens = request->kind == REQUEST_REGISTER;
    if (!opens) {
        need(b, "mdtrt_id", o->mdtrt_id[0] != '\0');
        must_not(b, "mdtrt_cert_type", o->mdtrt_cert_type, request->infno);
        must_not(b, "ipt_otp_no", o->ipt_otp_no, request->infno);
        must_not(b, "begntime", o->begntime_given, request->infno);
        return;
    }
    must_not(b, "mdtrt_id", o->mdtrt_id[0] != '\0', request->infno);
    need(b, "mdtrt_cert_type", o->mdtrt_cert_type && o->mdtrt_cert_type[0]);
    need(b, "ipt_otp_no", o->ipt_otp_no && o->ipt_otp_no[0]);
    need(b, "begntime", o->begntime_given);
    if (request->family == FAMILY_INPATIENT)
        need(b, "med_type", o->med_type && o->med_type[0]);
    if (o->mdtrt_cert_type) {
        claim_check_credential(o->mdtrt_cert_type, b->problems);
        if (strcmp(o->mdtrt_cert_type, "03") == 0 && (!o->card_sn || !o->card_sn[0]))
            problem_add(b->problems, REASON_CARD_SN_MISSING, "card_sn", NULL, NULL);
    }
}

void encounter_read_order(const Copay__Encounter *m, struct request *out, struct problems *problems)
{
    const struct bounds bounds = {.problems = problems}, *b = &bounds;
    struct encounter_order *o = &out->encounter;
    *o = (struct encounter_order){0};
    o->mdtrt_id = bounds_text(b, "mdtrt_id", m->mdtrt_id, ID_SETL);
    o->psn_no = bounds_required(b, "psn_no", m->psn_no, TEXT_ID_MAX);
#define TEXT(field, max) o->field = optional_text(b, #field, m->field, max)
    TEXT(mdtrt_cert_type, CERT_TYPE_MAX);
    TEXT(mdtrt_cert_no, TEXT_CODE_MAX);
    TEXT(card_sn, TEXT_CODE_MAX);
    TEXT(med_type, MED_TYPE_MAX);
    TEXT(ipt_otp_no, TEXT_ID_MAX);
    TEXT(dept_code, TEXT_ID_MAX);
    TEXT(atddr_no, TEXT_ID_MAX);
    TEXT(bed, TEXT_ID_MAX);
    TEXT(dise_codg, TEXT_CODE_MAX);
    TEXT(oprn_oprt_code, TEXT_CODE_MAX);
    TEXT(matn_type, MED_TYPE_MAX);
    TEXT(birctrl_type, MED_TYPE_MAX);
    TEXT(dscg_way, DISCHARGE_WAY_MAX);
#undef TEXT
#define RECORDED(field) bounds_text(b, #field, m->field, TEXT_NAME_MAX)
    (void)RECORDED(dept_name);
    (void)RECORDED(dr_name);
    (void)RECORDED(caty);
    bounds_text(b, "main_cond_dscr", m->main_cond_dscr, 4 * TEXT_NAME_MAX);
#undef RECORDED
    o->insutype = m->insutype ? claim_read_insutype(b, m->insutype) : NULL;
    o->begntime_given = m->has_begntime;
    o->begntime = m->has_begntime ? bounds_time(b, "begntime", m->begntime) : 0;
    o->endtime_given = m->has_endtime;
    o->endtime = m->has_endtime ? bounds_time(b, "endtime", m->endtime) : 0;
    o->emergency_given = m->has_emergency;
    o->emergency = m->has_emergency && m->emergency;
    claim_read_trauma(b, m->trauma, &o->trauma);
    read_newborn(b, m->newborn, &o->newborn);
    read_diagnoses(b, m, o);
    if (out->kind == REQUEST_DISCHARGE)
        need(b, "endtime", o->endtime_given);
    else
        must_not(b, "endtime", o->endtime_given, out->infno);
    check_register(b, out);
}

void encounter_read_name(const Copay__EncounterName *m, struct request *out,
                         struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    out->encounter = (struct encounter_order){0};
    out->encounter.mdtrt_id = bounds_required(&b, "mdtrt_id", m->mdtrt_id, ID_SETL);
    out->encounter.psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
}

/* An outpatient's bills have names, an inpatient's numbers that are ours. */
static const char *read_batch(const struct bounds *b, const struct request *request,
                              const char *chrg_bchno)
{
    if (request->family == FAMILY_OUTPATIENT)
        return bounds_required(b, "chrg_bchno", chrg_bchno, TEXT_ID_MAX);
    must_not(b, "chrg_bchno", chrg_bchno && chrg_bchno[0], request->infno);
    return "";
}

enum err encounter_read_upload(const Copay__Upload *m, struct arena *arena, struct request *out,
                               struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    const uint32_t before = problems->count + problems->more;
    struct upload_order *o = &out->upload;
    *o = (struct upload_order){0};
    o->mdtrt_id = bounds_required(&b, "mdtrt_id", m->mdtrt_id, ID_SETL);
    o->psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    o->chrg_bchno = read_batch(&b, out, m->chrg_bchno);
    if (strcmp(o->chrg_bchno, CANCEL_ALL) == 0)
        problem_add(problems, REASON_FIELD_INVALID, "chrg_bchno", NULL, CANCEL_ALL);
    enum err err = claim_read_lines(m->lines, m->n_lines, arena, &o->claim, problems);
    if (err != ERR_OK || problems->count + problems->more > before)
        return err;
    err = claim_check_upload(&o->claim, arena, problems);
    return err == ERR_INVALID ? ERR_OK : err;
}

/* The message's own array lies where its structs do, and goes with them; its texts stay. */
static enum err copy_numbers(const Copay__Cancel *m, struct arena *arena, struct cancel_order *o)
{
    o->count = (uint32_t)m->n_feedetl_sn;
    o->feedetl_sn = arena_alloc_raw(arena, o->count * sizeof o->feedetl_sn[0]);
    if (!o->feedetl_sn)
        return ERR_NOMEM;
    if (o->count > 0)
        memcpy(o->feedetl_sn, m->feedetl_sn, o->count * sizeof o->feedetl_sn[0]);
    return ERR_OK;
}

enum err encounter_read_cancel(const Copay__Cancel *m, struct arena *arena, struct request *out,
                               struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    struct cancel_order *o = &out->cancel;
    *o = (struct cancel_order){0};
    o->mdtrt_id = bounds_required(&b, "mdtrt_id", m->mdtrt_id, ID_SETL);
    o->psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    o->chrg_bchno = read_batch(&b, out, m->chrg_bchno);
    if (m->n_feedetl_sn > LINES_MAX) {
        problem_addf(problems, REASON_LINES_TOO_MANY, "feedetl_sn", NULL, "%zu > %d",
                     m->n_feedetl_sn, LINES_MAX);
        return ERR_OK;
    }
    for (size_t i = 0; i < m->n_feedetl_sn; i++)
        (void)bounds_required(&b, "feedetl_sn", m->feedetl_sn[i], TEXT_ID_MAX);
    enum err err = copy_numbers(m, arena, o);
    if (err != ERR_OK)
        return err;
    if (out->family != FAMILY_INPATIENT)
        must_not(&b, "feedetl_sn", o->count > 0, out->infno);
    else if (o->count == 0)
        need(&b, "feedetl_sn", false);
    else if (o->count == 1 && strcmp(o->feedetl_sn[0], CANCEL_ALL) == 0)
        o->count = 0;
    return ERR_OK;
}

void encounter_read_settle(const Copay__EncounterSettle *m, struct request *out,
                           struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    struct claim *claim = &out->claim;
    *claim = (struct claim){.insutype = "",
                            .med_type = "",
                            .ipt_otp_no = "",
                            .dise_codg = "",
                            .oprn_oprt_code = "",
                            .matn_type = "",
                            .birctrl_type = "",
                            .prescriber_grade = "",
                            .trauma = {.cause = ""}};
    out->bill.mdtrt_id = bounds_required(&b, "mdtrt_id", m->mdtrt_id, ID_SETL);
    claim->psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    claim->mdtrt_cert_type =
        bounds_required(&b, "mdtrt_cert_type", m->mdtrt_cert_type, CERT_TYPE_MAX);
    claim_check_credential(claim->mdtrt_cert_type, problems);
    claim->mdtrt_cert_no = bounds_text(&b, "mdtrt_cert_no", m->mdtrt_cert_no, TEXT_CODE_MAX);
    claim->card_sn = bounds_text(&b, "card_sn", m->card_sn, TEXT_CODE_MAX);
    if (strcmp(claim->mdtrt_cert_type, "03") == 0 && !claim->card_sn[0])
        problem_add(problems, REASON_CARD_SN_MISSING, "card_sn", NULL, NULL);
    claim->chrg_bchno = read_batch(&b, out, m->chrg_bchno);
    claim->psn_setlway = bounds_text(&b, "psn_setlway", m->psn_setlway, MED_TYPE_MAX);
    claim->invono = bounds_text(&b, "invono", m->invono, TEXT_ID_MAX);
    claim->medfee_sumamt = m->medfee_sumamt;
    claim->acct_used_flag = m->acct_used_flag;
    claim_read_agreed(m->agreed, claim);
    out->bill.endtime_given = m->has_endtime;
    claim->endtime = m->has_endtime ? bounds_time(&b, "endtime", m->endtime) : 0;
    out->bill.mid_setl_flag = m->has_mid_setl_flag && m->mid_setl_flag;
    if (out->family != FAMILY_INPATIENT)
        must_not(&b, "mid_setl_flag", out->bill.mid_setl_flag, out->infno);
}
