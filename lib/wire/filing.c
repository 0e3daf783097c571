/* Filings and 2001: messages and commands -> model, with what each kind must say; and model ->
 * answers. Pure. */
#include "wire/filing.h"

#include <string.h>

#include "base/date.h"
#include "wire/bounds.h"
#include "wire/claim.h"
#include "wire/pool.h"
#include "wire/write.h"

/* dcla_souc, our list: institution, bureau, telephone, app. */
#define CHANNEL_LAST '4'
/* What a packed FilingState mostly takes. */
#define FILING_SIZE 512

static void read_channel(const struct bounds *b, const char *text, const char *otherwise,
                         const char **out)
{
    *out = bounds_text(b, "dcla_souc", text, FILING_CHANNEL);
    if (!**out)
        *out = otherwise;
    else if (strlen(*out) != FILING_CHANNEL || (*out)[0] != '0' || (*out)[1] < '1' ||
             (*out)[1] > CHANNEL_LAST)
        problem_add(b->problems, REASON_FIELD_INVALID, "dcla_souc", NULL, "01, 02, 03, 04");
}

static void read_code(const struct bounds *b, const char *field, const char *text, size_t max,
                      char *out)
{
    const char *read = bounds_text(b, field, text, max);
    memcpy(out, read, strlen(read) + 1);
}

/* Days, and what the kind must say. */
static void check_filing(const struct bounds *b, const struct filing_rule *rule,
                         const struct filing *filing)
{
    const char *where = filing->fixmedins_code;
    if (filing->enddate < filing->begndate)
        problem_add(b->problems, REASON_DATES, "enddate", NULL, NULL);
    if (where[0] && !id_is_fixmedins(where))
        problem_add(b->problems, REASON_FIELD_INVALID, "fixmedins_code", NULL, where);
    if (rule->needs_institution && !where[0])
        problem_add(b->problems, REASON_FIELD_MISSING, "fixmedins_code", NULL, rule->name_zh);
    if (rule->needs_disease && !filing->dise_codg[0])
        problem_add(b->problems, REASON_FIELD_MISSING, "dise_codg", NULL, rule->name_zh);
}

static void read_what(const Copay__Filing *m, const struct filing_rule *rule, const char *channel,
                      struct filing_order *out, struct problems *problems)
{
    const struct bounds bounds = {.problems = problems}, *b = &bounds;
    *out = (struct filing_order){.kind = rule->kind, .number = ""};
    out->psn_no = bounds_required(b, "psn_no", m->psn_no, TEXT_ID_MAX);
    read_channel(b, m->dcla_souc, channel, &out->dcla_souc);
    out->note = bounds_text(b, "memo", m->memo, TEXT_NAME_MAX);
    bounds_text(b, "tel", m->tel, TEXT_ID_MAX);
    bounds_text(b, "agnter_name", m->agnter_name, TEXT_NAME_MAX);
    struct filing *filing = &out->filing;
    read_code(b, "category", m->category, FILING_CODE, filing->category);
    read_code(b, "fixmedins_code", m->fixmedins_code, ID_FIXMEDINS, filing->fixmedins_code);
    read_code(b, "dise_codg", m->dise_codg, TEXT_CODE_MAX, filing->dise_codg);
    filing->begndate = bounds_date(b, "begndate", m->begndate);
    filing->enddate = m->has_enddate ? bounds_date(b, "enddate", m->enddate) : DATE_MAX;
    check_filing(b, rule, filing);
}

static void read_name(const Copay__Request *m, struct request *out, struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    const Copay__FilingName *name = m->filing_name;
    out->filing = (struct filing_order){
        .kind = filing_rule_of(out->infno)->kind,
        .number = bounds_required(&b, "trt_dcla_detl_sn", name->trt_dcla_detl_sn, ID_SETL),
        .psn_no = bounds_required(&b, "psn_no", name->psn_no, TEXT_ID_MAX),
        .note = bounds_text(&b, "memo", name->memo, TEXT_NAME_MAX),
        .dcla_souc = "",
    };
}

/* A claim without lines. */
static void read_entitlement(const Copay__EntitlementQuery *m, struct claim *out,
                             struct problems *problems)
{
    const struct bounds bounds = {.problems = problems}, *b = &bounds;
    *out = (struct claim){.mdtrt_cert_type = "",
                          .mdtrt_cert_no = "",
                          .card_sn = "",
                          .ipt_otp_no = "",
                          .chrg_bchno = "",
                          .prescriber_grade = "",
                          .invono = "",
                          .psn_setlway = "",
                          .trauma = {.cause = ""}};
    out->psn_no = bounds_required(b, "psn_no", m->psn_no, TEXT_ID_MAX);
    out->insutype = m->insutype ? claim_read_insutype(b, m->insutype) : "";
    out->med_type = bounds_required(b, "med_type", m->med_type, MED_TYPE_MAX);
    out->begntime = m->has_begntime ? bounds_time(b, "begntime", m->begntime) : 0;
    out->dise_codg = bounds_text(b, "dise_codg", m->dise_codg, TEXT_CODE_MAX);
    out->oprn_oprt_code = bounds_text(b, "oprn_oprt_code", m->oprn_oprt_code, TEXT_CODE_MAX);
    out->matn_type = bounds_text(b, "matn_type", m->matn_type, MED_TYPE_MAX);
    out->birctrl_type = bounds_text(b, "birctrl_type", m->birctrl_type, MED_TYPE_MAX);
    out->emergency = m->has_emergency && m->emergency;
}

void filing_read(const Copay__Request *m, struct request *out, struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    if (out->kind == REQUEST_FILE && m->filing)
        read_what(m->filing, filing_rule_of(out->infno), "01", &out->filing, problems);
    else if (out->kind == REQUEST_UNFILE && m->filing_name)
        read_name(m, out, problems);
    else if (out->kind == REQUEST_FILINGS && m->filing_query)
        out->filing = (struct filing_order){
            .kind = filing_rule_of(out->infno)->kind,
            .number = "",
            .psn_no = bounds_required(&b, "psn_no", m->filing_query->psn_no, TEXT_ID_MAX),
            .note = "",
            .dcla_souc = ""};
    else if (out->kind == REQUEST_ENTITLEMENT && m->entitlement_query)
        read_entitlement(m->entitlement_query, &out->claim, problems);
}

/* ---- operators ---- */

static const Copay__Admin__FilingDecision *decision_of(const Copay__Admin__Command *m,
                                                       enum command_kind kind)
{
    switch (kind) {
    case COMMAND_FILING_ASSESS:
        return m->filing_assess;
    case COMMAND_FILING_APPROVE:
        return m->filing_approve;
    case COMMAND_FILING_REFUSE:
        return m->filing_refuse;
    default:
        return m->filing_withdraw;
    }
}

static enum err read_entry(const Copay__Admin__FilingEntry *m, struct arena *arena,
                           struct filing_order *out, struct problems *problems)
{
    const struct filing_rule *rule = filing_rule_named(m->kind);
    ProtobufCMessage *message;
    *out = (struct filing_order){.psn_no = "", .note = "", .number = "", .dcla_souc = ""};
    if (!rule) {
        problem_add(problems, REASON_FIELD_INVALID, "kind", NULL, NULL);
        return ERR_OK;
    }
    enum err err = pool_unpack((struct slice){m->filing.data, m->filing.len},
                               &copay__filing__descriptor, arena, &message);
    if (err == ERR_INVALID)
        problem_add(problems, REASON_MALFORMED, "filing", NULL, NULL);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? err : ERR_OK;
    read_what((const Copay__Filing *)message, rule, "02", out, problems);
    return ERR_OK;
}

enum err filing_read_command(const Copay__Admin__Command *m, struct arena *arena,
                             struct command *out, struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    if (out->kind == COMMAND_FILING_ENTER)
        return read_entry(m->filing_enter, arena, &out->filing, problems);
    if (out->kind == COMMAND_FILING_LIST) {
        out->psn_no = bounds_required(&b, "psn_no", m->filing_list->psn_no, TEXT_ID_MAX);
        return ERR_OK;
    }
    const Copay__Admin__FilingDecision *decision = decision_of(m, out->kind);
    out->number = bounds_required(&b, "number", decision->number, ID_SETL);
    out->note = out->kind == COMMAND_FILING_REFUSE
                    ? bounds_required(&b, "note", decision->note, TEXT_NAME_MAX)
                    : bounds_text(&b, "note", decision->note, TEXT_NAME_MAX);
    return ERR_OK;
}

/* ---- answers ---- */

static void write_step(const struct filing_step *step, struct out *out)
{
    const size_t mark = out_open(out, 13);
    out_text(out, 1, filing_stage_name(step->stage));
    out_number(out, 2, (uint64_t)step->time_ms);
    out_text(out, 3, step->who);
    out_some(out, 4, step->note);
    out_close(out, mark);
}

/* The fields of a FilingState. */
static void write_state(const struct reply *reply, const struct filing_file *file, struct out *out)
{
    const struct filed *filed = &file->filed;
    const struct filing *filing = &filed->filing;
    out_text(out, 1, filed->number);
    out_text(out, 2, filing_rule(filed->kind)->name);
    out_text(out, 3, filing_stage_name(filed->stage));
    out_text(out, 4, file->psn_no);
    out_text(out, 5, filing->category);
    out_some(out, 6, reply->filings.name(reply->texts.policy, filing->category));
    out_number(out, 7, (uint64_t)(int64_t)filing->begndate);
    if (filing->enddate != DATE_MAX)
        out_number(out, 8, (uint64_t)(int64_t)filing->enddate);
    out_some(out, 9, filing->fixmedins_code);
    out_some(out, 10, filing->dise_codg);
    out_some(out, 11, file->dcla_souc);
    out_some(out, 12, file->institution);
    for (uint32_t i = 0; reply->filings.steps && i < file->step_count; i++)
        write_step(&file->steps[i], out);
}

void write_filings(const struct reply *reply, struct out *out)
{
    const uint32_t field = reply->request->kind == REQUEST_FILINGS ? 31 : 30;
    for (uint32_t i = 0; i < reply->filings.count; i++) {
        const size_t mark = out_open(out, field);
        write_state(reply, &reply->filings.list[i], out);
        out_close(out, mark);
    }
}

void write_entitlements(const struct reply *reply, struct out *out)
{
    const bool asked = reply->request->kind == REQUEST_ENTITLEMENT;
    for (uint32_t i = 0; asked && i < reply->entitlement_count; i++) {
        const struct entitlement *e = &reply->entitlements[i];
        const size_t mark = out_open(out, 32);
        out_text(out, 1, e->fund_pay_type);
        out_text(out, 2, e->layer);
        out_number(out, 3, e->trt_enjymnt_flag);
        out_some(out, 4, e->trt_chk_rslt);
        out_close(out, mark);
    }
}

enum err filing_pack(const struct reply *reply, struct arena *arena,
                     struct slice bytes[FILINGS_MAX])
{
    for (uint32_t i = 0; i < reply->filings.count; i++) {
        struct out out;
        uint8_t *data;
        size_t size;
        out_begin(&out, arena, 0, FILING_SIZE);
        write_state(reply, &reply->filings.list[i], &out);
        if (out_end(&out, &data, &size) != ERR_OK)
            return ERR_NOMEM;
        bytes[i] = (struct slice){data, size};
    }
    return ERR_OK;
}
