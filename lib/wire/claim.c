/* Settle -> struct claim: lengths here, what the bill says of itself in model/claim.c. Pure; the
 * gate's thread. */
#include "wire/claim.h"

#include <string.h>

#include "wire/bounds.h"

void claim_check_credential(const char *mdtrt_cert_type, struct problems *problems)
{
    /* Local values (Hunan's 04, 05, 06, 17) mean different things in different places. */
    static const char *const known[] = {"", "01", "02", "03", "99"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(mdtrt_cert_type, known[i]) == 0)
            return;
    problem_add(problems, REASON_FIELD_INVALID, "mdtrt_cert_type", NULL, mdtrt_cert_type);
}

static void read_line(const Copay__Line *line, struct claim_line *out, struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->feedetl_sn = b.label = bounds_text(&b, "feedetl_sn", line->feedetl_sn, TEXT_ID_MAX);
#define TEXT(field, max) out->field = bounds_text(&b, #field, line->field, max)
    TEXT(init_feedetl_sn, TEXT_ID_MAX);
    TEXT(med_list_codg, TEXT_CODE_MAX);
    TEXT(medins_list_codg, TEXT_NAME_MAX);
    TEXT(medins_list_name, TEXT_NAME_MAX);
    TEXT(rxno, TEXT_ID_MAX);
    TEXT(unit, TEXT_ID_MAX);
#undef TEXT
    for (size_t i = 0; i < line->n_drug_trac_codg; i++)
        (void)bounds_required(&b, "drug_trac_codg", line->drug_trac_codg[i], TEXT_CODE_MAX);
    out->trac_count = (uint32_t)line->n_drug_trac_codg;
    out->drug_trac_codgs = (const char *const *)line->drug_trac_codg;
    out->trdn_flag = line->has_trdn_flag && line->trdn_flag;
    out->pric = line->pric;
    out->cnt = line->cnt;
    out->det_item_fee_sumamt = line->det_item_fee_sumamt;
    out->fee_ocur_time = line->fee_ocur_time;
    out->unit_conversion = line->has_unit_conversion ? line->unit_conversion : 0;
    if (out->unit_conversion < 0)
        problem_add(problems, REASON_FIELD_INVALID, "unit_conversion", b.label, "< 0");
    /* Anything over 255 is as wrong as 255, which claim_check() names. */
    uint32_t flag = line->has_hosp_appr_flag ? line->hosp_appr_flag : 0;
    out->hosp_appr_flag = flag > UINT8_MAX ? UINT8_MAX : (uint8_t)flag;
    out->prd_days = 0; /* no message carries it */
    out->refused = LINE_PAYABLE; /* audit's word, not the sender's */
}

const char *claim_read_insutype(const struct bounds *b, const char *text)
{
    const char *insutype = bounds_text(b, "insutype", text, 3);
    if (insutype[0] && (strlen(insutype) != 3 || strspn(insutype, "0123456789") != 3))
        problem_add(b->problems, REASON_FIELD_INVALID, "insutype", NULL, insutype);
    return insutype;
}

void claim_read_agreed(const Copay__Agreed *agreed, struct claim *claim)
{
    if (!agreed)
        return;
    claim->agreed = true;
    claim->agreed_psn_cash_pay = agreed->psn_cash_pay;
    claim->agreed_acct_pay = agreed->acct_pay;
}

static void read_head(const Copay__Settle *settle, struct claim *claim, struct problems *problems)
{
    struct bounds b = {.problems = problems};
#define TEXT(field, max) claim->field = bounds_text(&b, #field, settle->field, max)
    TEXT(psn_no, TEXT_ID_MAX);
    TEXT(mdtrt_cert_type, CERT_TYPE_MAX);
    TEXT(mdtrt_cert_no, TEXT_CODE_MAX);
    TEXT(card_sn, TEXT_CODE_MAX);
    TEXT(med_type, MED_TYPE_MAX);
    TEXT(ipt_otp_no, TEXT_ID_MAX);
    TEXT(chrg_bchno, TEXT_ID_MAX);
    TEXT(psn_setlway, MED_TYPE_MAX);
    TEXT(dise_codg, TEXT_CODE_MAX);
    TEXT(invono, TEXT_ID_MAX);
#undef TEXT
    claim->insutype = claim_read_insutype(&b, settle->insutype);
    claim_check_credential(claim->mdtrt_cert_type, problems);
    claim->begntime = settle->begntime;
    claim->endtime = settle->endtime;
    claim->medfee_sumamt = settle->medfee_sumamt;
    claim->acct_used_flag = settle->acct_used_flag;
    claim_read_agreed(settle->agreed, claim);
    claim_read_trauma(&b, settle->trauma, &claim->trauma);
}

void claim_read_trauma(const struct bounds *b, const Copay__Trauma *trauma, struct trauma *out)
{
    *out = (struct trauma){.cause = ""};
    if (!trauma)
        return;
    out->present = true;
    out->third_party = trauma->third_party;
    out->signed_by_patient = trauma->signed_by_patient;
    out->cause = bounds_required(b, "cause", trauma->cause, TEXT_NAME_MAX);
}

enum err claim_read_lines(Copay__Line *const *lines, size_t count, struct arena *arena,
                          struct claim *claim, struct problems *problems)
{
    claim->lines = arena_alloc_raw(arena, count * sizeof *claim->lines);
    if (!claim->lines)
        return ERR_NOMEM;
    claim->line_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        read_line(lines[i], &claim->lines[i], problems);
    return ERR_OK;
}

enum err claim_read(const Copay__Settle *settle, struct arena *arena, struct claim *claim,
                    struct problems *problems)
{
    uint32_t before = problems->count + problems->more;
    /* No message states these yet. */
    *claim = (struct claim){
        .oprn_oprt_code = "", .matn_type = "", .birctrl_type = "", .prescriber_grade = ""};
    read_head(settle, claim, problems);
    enum err err = claim_read_lines(settle->lines, settle->n_lines, arena, claim, problems);
    if (err != ERR_OK)
        return err;
    /* A text cut for its length reads as missing below: one report is enough. */
    if (problems->count + problems->more > before)
        return ERR_INVALID;
    return claim_check(claim, arena, problems);
}
