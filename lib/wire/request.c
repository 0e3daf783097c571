/* RequestEnvelope and Request -> struct request: the bytes are scanned and unpacked in one pass,
 * then checked field by field. What depends on the message alone is refused here, all problems at
 * once. Pure; the gate's thread. */
#include "wire/codec.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/id.h"
#include "copay.pb-c.h"
#include "wire/bounds.h"
#include "wire/claim.h"
#include "wire/counter.h"
#include "wire/detail.h"
#include "wire/encounter.h"
#include "wire/filing.h"
#include "wire/national.h"
#include "wire/request_envelope.h"
#include "wire/scan.h"
#include "wire/statement.h"

#define INFNO_MAX (sizeof((struct request *)NULL)->infno - 1)
/* Numbers of the fields that a refusal names even when the rest cannot be read. */
#define FIELD_INFNO 1
#define FIELD_MSGID 2
#define FIELD_LINES 18
#define FIELD_UPLOAD_LINES 4
#define FIELD_FEEDETL_SN 1
#define FIELD_ROWS 7
#define FIELD_ROW_SETL_ID 1
#define FIELD_DISEINFO 21
#define FIELD_DIAG_CODE 1
/* Packed bytes of one diagnosis with every field at its limit. */
#define DIAGNOSIS_WIRE_MAX 600

/* Which body each transaction has. */
enum body {
    BODY_PERSON_QUERY,
    BODY_SETTLE, /* or, of an encounter, encounter_settle */
    BODY_ENCOUNTER_SETTLE,
    BODY_VOID,
    BODY_SETTLEMENT_QUERY,
    BODY_ENCOUNTER,
    BODY_ENCOUNTER_NAME,
    BODY_UPLOAD,
    BODY_CANCEL,
    BODY_REVERSAL,
    BODY_STATEMENT,
    BODY_STATEMENT_DETAIL,
    BODY_SIGN_IN,
    BODY_SIGN_OUT,
    BODY_QUERY,
    BODY_FILING,
    BODY_FILING_NAME,
    BODY_FILING_QUERY,
    BODY_ENTITLEMENT,
    BODIES
};

static const char *const body_names[BODIES] = {
    "person_query", "settle",           "encounter_settle", "void_order",       "settlement_query",
    "encounter",    "encounter_name",   "upload",           "cancel",           "reversal",
    "statement",    "statement_detail", "sign_in",          "sign_out",         "query",
    "filing",       "filing_name",      "filing_query",     "entitlement_query"};

static const struct transaction {
    char infno[INFNO_MAX + 1];
    enum request_kind kind;
    enum request_family family;
    enum body body;
    bool reversible; /* by 2601 */
} transactions[] = {
    {"1101", REQUEST_PERSON, FAMILY_NONE, BODY_PERSON_QUERY, false},
    {"1201", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"1901", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"2001", REQUEST_ENTITLEMENT, FAMILY_NONE, BODY_ENTITLEMENT, false},
    {"2101", REQUEST_PRE_SETTLE, FAMILY_PHARMACY, BODY_SETTLE, false},
    {"2102", REQUEST_SETTLE, FAMILY_PHARMACY, BODY_SETTLE, true},
    {"2103", REQUEST_VOID, FAMILY_PHARMACY, BODY_VOID, true},
    {"2201", REQUEST_REGISTER, FAMILY_OUTPATIENT, BODY_ENCOUNTER, false},
    {"2202", REQUEST_UNDO_REGISTER, FAMILY_OUTPATIENT, BODY_ENCOUNTER_NAME, false},
    {"2203", REQUEST_CHANGE, FAMILY_OUTPATIENT, BODY_ENCOUNTER, false},
    {"2204", REQUEST_UPLOAD, FAMILY_OUTPATIENT, BODY_UPLOAD, false},
    {"2205", REQUEST_CANCEL, FAMILY_OUTPATIENT, BODY_CANCEL, false},
    {"2206", REQUEST_PRE_SETTLE, FAMILY_OUTPATIENT, BODY_SETTLE, false},
    {"2207", REQUEST_SETTLE, FAMILY_OUTPATIENT, BODY_SETTLE, true},
    {"2208", REQUEST_VOID, FAMILY_OUTPATIENT, BODY_VOID, true},
    {"2301", REQUEST_UPLOAD, FAMILY_INPATIENT, BODY_UPLOAD, false},
    {"2302", REQUEST_CANCEL, FAMILY_INPATIENT, BODY_CANCEL, false},
    {"2303", REQUEST_PRE_SETTLE, FAMILY_INPATIENT, BODY_SETTLE, false},
    {"2304", REQUEST_SETTLE, FAMILY_INPATIENT, BODY_SETTLE, true},
    {"2305", REQUEST_VOID, FAMILY_INPATIENT, BODY_VOID, true},
    {"2401", REQUEST_REGISTER, FAMILY_INPATIENT, BODY_ENCOUNTER, true},
    {"2402", REQUEST_DISCHARGE, FAMILY_INPATIENT, BODY_ENCOUNTER, false},
    {"2403", REQUEST_CHANGE, FAMILY_INPATIENT, BODY_ENCOUNTER, false},
    {"2404", REQUEST_UNDO_REGISTER, FAMILY_INPATIENT, BODY_ENCOUNTER_NAME, false},
    {"2405", REQUEST_UNDO_DISCHARGE, FAMILY_INPATIENT, BODY_ENCOUNTER_NAME, false},
    {"2501", REQUEST_FILE, FAMILY_NONE, BODY_FILING, false},
    {"2502", REQUEST_UNFILE, FAMILY_NONE, BODY_FILING_NAME, false},
    {"2503", REQUEST_FILE, FAMILY_NONE, BODY_FILING, false},
    {"2504", REQUEST_UNFILE, FAMILY_NONE, BODY_FILING_NAME, false},
    {"2505", REQUEST_FILE, FAMILY_NONE, BODY_FILING, false},
    {"2506", REQUEST_UNFILE, FAMILY_NONE, BODY_FILING_NAME, false},
    {"2507", REQUEST_FILE, FAMILY_NONE, BODY_FILING, false},
    {"2562", REQUEST_FILE, FAMILY_NONE, BODY_FILING, false},
    {"2563", REQUEST_UNFILE, FAMILY_NONE, BODY_FILING_NAME, false},
    {"2601", REQUEST_REVERSAL, FAMILY_NONE, BODY_REVERSAL, false},
    {"2699", REQUEST_FILE, FAMILY_NONE, BODY_FILING, false},
    {"3201", REQUEST_STATEMENT, FAMILY_NONE, BODY_STATEMENT, false},
    {"3202", REQUEST_DETAIL, FAMILY_NONE, BODY_STATEMENT_DETAIL, false},
    {"5201", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"5202", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"5203", REQUEST_SETTLEMENT, FAMILY_NONE, BODY_SETTLEMENT_QUERY, false},
    {"5204", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"5206", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"5301", REQUEST_FILINGS, FAMILY_NONE, BODY_FILING_QUERY, false},
    {"5302", REQUEST_FILINGS, FAMILY_NONE, BODY_FILING_QUERY, false},
    {"5303", REQUEST_QUERY, FAMILY_NONE, BODY_QUERY, false},
    {"5304", REQUEST_FILINGS, FAMILY_NONE, BODY_FILING_QUERY, false},
    {"9001", REQUEST_SIGN_IN, FAMILY_NONE, BODY_SIGN_IN, false},
    {"9002", REQUEST_SIGN_OUT, FAMILY_NONE, BODY_SIGN_OUT, false},
};

static const struct transaction *transaction_of(const char *infno)
{
    for (size_t i = 0; i < ARRAY_LEN(transactions); i++)
        if (strcmp(transactions[i].infno, infno) == 0)
            return &transactions[i];
    return NULL;
}

/* A settlement brings the whole bill, or names the encounter whose it is. Pharmacies have none. */
static enum body body_of(const Copay__Request *m, const struct transaction *t)
{
    return t->body == BODY_SETTLE && t->family != FAMILY_PHARMACY && m->encounter_settle
               ? BODY_ENCOUNTER_SETTLE
               : t->body;
}

/* Exactly one body, the transaction's own. */
static void check_bodies(const Copay__Request *m, const struct transaction *t,
                         struct problems *problems)
{
    const bool present[BODIES] = {
        [BODY_PERSON_QUERY] = m->person_query != NULL,
        [BODY_SETTLE] = m->settle != NULL,
        [BODY_ENCOUNTER_SETTLE] = m->encounter_settle != NULL,
        [BODY_VOID] = m->void_order != NULL,
        [BODY_SETTLEMENT_QUERY] = m->settlement_query != NULL,
        [BODY_REVERSAL] = m->reversal != NULL,
        [BODY_ENCOUNTER] = m->encounter != NULL,
        [BODY_ENCOUNTER_NAME] = m->encounter_name != NULL,
        [BODY_UPLOAD] = m->upload != NULL,
        [BODY_CANCEL] = m->cancel != NULL,
        [BODY_STATEMENT] = m->statement != NULL,
        [BODY_STATEMENT_DETAIL] = m->statement_detail != NULL,
        [BODY_SIGN_IN] = m->sign_in != NULL,
        [BODY_SIGN_OUT] = m->sign_out != NULL,
        [BODY_QUERY] = m->query != NULL,
        [BODY_FILING] = m->filing != NULL,
        [BODY_FILING_NAME] = m->filing_name != NULL,
        [BODY_FILING_QUERY] = m->filing_query != NULL,
        [BODY_ENTITLEMENT] = m->entitlement_query != NULL,
    };
    const enum body own = body_of(m, t);
    for (int body = 0; body < BODIES; body++) {
        if (own == (enum body)body && !present[body])
            problem_add(problems, REASON_FIELD_MISSING, body_names[body], NULL, t->infno);
        if (own != (enum body)body && present[body])
            problem_add(problems, REASON_FIELD_INVALID, body_names[body], NULL, t->infno);
    }
}

static void check_msgid(const struct request *out, struct problems *problems)
{
    if (!out->msgid[0])
        return; /* reported as missing or too long */
    if (id_parse_msgid(out->msgid, NULL) != ERR_OK)
        problem_add(problems, REASON_MSGID_FORM, "msgid", NULL, NULL);
    else if (strncmp(out->msgid, out->fixmedins_code, ID_FIXMEDINS) != 0)
        problem_add(problems, REASON_MSGID_OWNER, "msgid", NULL, NULL);
}

static void read_head(const Copay__Request *m, struct request *out, struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->msgid = bounds_required(&b, "msgid", m->msgid, ID_MSGID);
    out->fixmedins_code = bounds_required(&b, "fixmedins_code", m->fixmedins_code, ID_FIXMEDINS);
    if (out->fixmedins_code[0] && !id_is_fixmedins(out->fixmedins_code))
        problem_add(problems, REASON_FIELD_INVALID, "fixmedins_code", NULL, out->fixmedins_code);
    check_msgid(out, problems);
    out->insuplc_admdvs = bounds_admdvs(&b, "insuplc_admdvs", m->insuplc_admdvs);
    out->mdtrtarea_admvs = bounds_admdvs(&b, "mdtrtarea_admvs", m->mdtrtarea_admvs);
    out->opter = bounds_required(&b, "opter", m->opter, TEXT_ID_MAX);
    out->opter_name = bounds_text(&b, "opter_name", m->opter_name, TEXT_NAME_MAX);
    out->dev_no = bounds_text(&b, "dev_no", m->dev_no, TEXT_ID_MAX);
    out->sign_no = bounds_text(&b, "sign_no", m->sign_no, TEXT_ID_MAX);
    out->inf_time = bounds_time(&b, "inf_time", m->inf_time);
}

static void read_person_query(const Copay__PersonQuery *m, struct person_query *out,
                              struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->psn_no = bounds_text(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    out->mdtrt_cert_type = bounds_text(&b, "mdtrt_cert_type", m->mdtrt_cert_type, 3);
    out->mdtrt_cert_no = bounds_text(&b, "mdtrt_cert_no", m->mdtrt_cert_no, TEXT_CODE_MAX);
    out->card_sn = bounds_text(&b, "card_sn", m->card_sn, TEXT_CODE_MAX);
    out->psn_cert_type = bounds_text(&b, "psn_cert_type", m->psn_cert_type, 3);
    out->certno = bounds_text(&b, "certno", m->certno, TEXT_CODE_MAX);
    out->psn_name = bounds_text(&b, "psn_name", m->psn_name, TEXT_NAME_MAX);
    out->med_type = bounds_text(&b, "med_type", m->med_type, 6);
    out->begntime = m->has_begntime ? bounds_time(&b, "begntime", m->begntime) : 0;
    claim_check_credential(out->mdtrt_cert_type, problems);
    if (strcmp(out->mdtrt_cert_type, "03") == 0 && !out->card_sn[0])
        problem_add(problems, REASON_CARD_SN_MISSING, "card_sn", NULL, NULL);
    /* An identity card shown as the credential is the identity number itself. */
    if (strcmp(out->mdtrt_cert_type, "02") == 0 && !out->certno[0])
        out->certno = out->mdtrt_cert_no;
    if (out->certno[0] && !out->psn_cert_type[0])
        out->psn_cert_type = "01";
    if (out->psn_no[0] || out->certno[0])
        return;
    if (strcmp(out->mdtrt_cert_type, "01") == 0)
        problem_add(problems, REASON_TOKEN_UNSUPPORTED, "mdtrt_cert_no", NULL, NULL);
    else
        problem_add(problems, REASON_FIELD_MISSING, "psn_no", NULL, "psn_no / certno");
}

static void read_void(const Copay__Void *m, struct void_order *out, struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->setl_id = bounds_required(&b, "setl_id", m->setl_id, ID_SETL);
    out->psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    out->mdtrt_id = bounds_text(&b, "mdtrt_id", m->mdtrt_id, TEXT_ID_MAX);
}

static void read_settlement_query(const Copay__SettlementQuery *m, struct settlement_query *out,
                                  struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->setl_id = bounds_text(&b, "setl_id", m->setl_id, ID_SETL);
    out->msgid = bounds_text(&b, "settlement_query.msgid", m->msgid, ID_MSGID);
    if (out->msgid[0] && id_parse_msgid(out->msgid, NULL) != ERR_OK)
        problem_add(problems, REASON_MSGID_FORM, "settlement_query.msgid", NULL, NULL);
    if (!out->setl_id[0] && !out->msgid[0])
        problem_add(problems, REASON_FIELD_MISSING, "setl_id", NULL, "setl_id / msgid");
}

static void check_reversible(const char *oinfno, struct problems *problems)
{
    char list[ARRAY_LEN(transactions) * (INFNO_MAX + 2)];
    size_t size = 0;
    const struct transaction *t = transaction_of(oinfno);
    if (!oinfno[0] || (t && t->reversible))
        return;
    for (size_t i = 0; i < ARRAY_LEN(transactions); i++)
        if (transactions[i].reversible)
            size += (size_t)snprintf(list + size, sizeof list - size, "%s%s", size ? ", " : "",
                                     transactions[i].infno);
    problem_add(problems, REASON_REVERSAL_KIND, "oinfno", NULL, list);
}

static void read_reversal(const Copay__Reversal *m, const struct request *head,
                          struct reversal_order *out, struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    out->omsgid = bounds_required(&b, "omsgid", m->omsgid, ID_MSGID);
    out->oinfno = bounds_required(&b, "oinfno", m->oinfno, INFNO_MAX);
    check_reversible(out->oinfno, problems);
    if (!out->omsgid[0])
        return;
    if (id_parse_msgid(out->omsgid, NULL) != ERR_OK)
        problem_add(problems, REASON_MSGID_FORM, "omsgid", NULL, NULL);
    else if (strncmp(out->omsgid, head->fixmedins_code, ID_FIXMEDINS) != 0)
        problem_add(problems, REASON_MSGID_OWNER, "omsgid", NULL, NULL);
    else if (strcmp(out->omsgid, head->msgid) == 0)
        problem_add(problems, REASON_FIELD_INVALID, "omsgid", NULL, "= msgid");
}

static enum err read_bill(const Copay__Request *m, struct arena *arena, struct request *out,
                          struct problems *problems)
{
    const bool agreed =
        m->settle ? m->settle->agreed != NULL : m->encounter_settle && m->encounter_settle->agreed;
    if (out->kind == REQUEST_PRE_SETTLE && agreed)
        problem_add(problems, REASON_FIELD_INVALID, "agreed", NULL, out->infno);
    if (m->encounter_settle)
        encounter_read_settle(m->encounter_settle, out, problems);
    else if (m->settle && claim_read(m->settle, arena, &out->claim, problems) == ERR_NOMEM)
        return ERR_NOMEM;
    return ERR_OK;
}

static enum err read_own_body(const Copay__Request *m, enum body body, struct arena *arena,
                              struct request *out, struct problems *problems)
{
    switch (body) {
    case BODY_PERSON_QUERY:
        if (m->person_query)
            read_person_query(m->person_query, &out->person, problems);
        break;
    case BODY_VOID:
        if (m->void_order)
            read_void(m->void_order, &out->void_order, problems);
        break;
    case BODY_SETTLEMENT_QUERY:
        if (m->settlement_query)
            read_settlement_query(m->settlement_query, &out->settlement, problems);
        break;
    case BODY_SETTLE:
    case BODY_ENCOUNTER_SETTLE:
        return read_bill(m, arena, out, problems);
    case BODY_ENCOUNTER:
        if (m->encounter)
            encounter_read_order(m->encounter, out, problems);
        break;
    case BODY_ENCOUNTER_NAME:
        if (m->encounter_name)
            encounter_read_name(m->encounter_name, out, problems);
        break;
    case BODY_UPLOAD:
        return m->upload ? encounter_read_upload(m->upload, arena, out, problems) : ERR_OK;
    case BODY_CANCEL:
        return m->cancel ? encounter_read_cancel(m->cancel, arena, out, problems) : ERR_OK;
    case BODY_REVERSAL:
        if (m->reversal)
            read_reversal(m->reversal, out, &out->reversal, problems);
        break;
    case BODY_STATEMENT:
        if (m->statement)
            statement_read(m->statement, &out->statement, problems);
        break;
    case BODY_STATEMENT_DETAIL:
        return m->statement_detail ? detail_read(m->statement_detail, arena, &out->detail, problems)
                                   : ERR_OK;
    case BODY_SIGN_IN:
        if (m->sign_in)
            counter_read_sign_in(m->sign_in, problems);
        break;
    case BODY_SIGN_OUT:
        if (m->sign_out)
            counter_read_sign_out(m->sign_out, out, problems);
        break;
    case BODY_QUERY:
        if (m->query)
            counter_read_query(m->query, out, problems);
        break;
    case BODY_FILING:
    case BODY_FILING_NAME:
    case BODY_FILING_QUERY:
    case BODY_ENTITLEMENT:
        filing_read(m, out, problems);
        break;
    case BODIES:
        break;
    }
    return ERR_OK;
}

static enum err read_message(const Copay__Request *m, struct arena *arena, struct request *out,
                             struct problems *problems)
{
    read_head(m, out, problems);
    const struct transaction *t = transaction_of(out->infno);
    if (!t) {
        national_refuse(out->infno, problems);
        return ERR_INVALID;
    }
    out->kind = t->kind;
    out->family = t->family;
    check_bodies(m, t, problems);
    enum err err = read_own_body(m, body_of(m, t), arena, out, problems);
    if (err != ERR_OK)
        return err;
    return problems->count ? ERR_INVALID : ERR_OK;
}

/* What a refusal names when the body itself cannot be unpacked. */
static enum err peek_names(struct arena *arena, struct request *out)
{
    scan_peek(out->body, FIELD_INFNO, out->infno, sizeof out->infno);
    enum err err = scan_peek_msgid(out->body, FIELD_MSGID, arena, &out->msgid);
    return err == ERR_OK ? ERR_INVALID : err;
}

/* The body stands in the arena already. */
static enum err read_body(struct slice body, struct arena *arena, struct arena *scratch,
                          struct request *out, struct problems *problems)
{
    static const struct scan_limit limits[] = {{.message = &copay__settle__descriptor,
                                                .field = FIELD_LINES,
                                                .count_max = LINES_MAX,
                                                .bytes_max = LINE_WIRE_MAX,
                                                .reason = REASON_LINES_TOO_MANY,
                                                .label = FIELD_FEEDETL_SN},
                                               {.message = &copay__upload__descriptor,
                                                .field = FIELD_UPLOAD_LINES,
                                                .count_max = LINES_MAX,
                                                .bytes_max = LINE_WIRE_MAX,
                                                .reason = REASON_LINES_TOO_MANY,
                                                .label = FIELD_FEEDETL_SN},
                                               {.message = &copay__statement_detail__descriptor,
                                                .field = FIELD_ROWS,
                                                .count_max = DETAIL_ROWS_MAX,
                                                .bytes_max = DETAIL_ROW_WIRE_MAX,
                                                .reason = REASON_STATEMENT_ROWS,
                                                .label = FIELD_ROW_SETL_ID},
                                               {.message = &copay__encounter__descriptor,
                                                .field = FIELD_DISEINFO,
                                                .count_max = DIAGNOSES_MAX,
                                                .bytes_max = DIAGNOSIS_WIRE_MAX,
                                                .reason = REASON_FIELD_TOO_LONG,
                                                .label = FIELD_DIAG_CODE}};
    if (!body.data)
        body.data = (const uint8_t *)"";
    out->body = body;
    out->body_hash = hash_sha256(body.data, body.size);
    ProtobufCMessage *message;
    enum err err = scan_unpack(body, &copay__request__descriptor, limits, ARRAY_LEN(limits), arena,
                               scratch, problems, &message);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? err : peek_names(arena, out);
    const Copay__Request *m = (const Copay__Request *)message;
    struct bounds b = {.problems = problems};
    const char *infno = bounds_required(&b, "infno", m->infno, INFNO_MAX);
    memcpy(out->infno, infno, strlen(infno));
    return read_message(m, arena, out, problems);
}

/* Every text is "" until it was read, so that a refusal can be written from what there is. */
static void clear(struct request *out)
{
    *out = (struct request){.msgid = "",
                            .fixmedins_code = "",
                            .insuplc_admdvs = "",
                            .mdtrtarea_admvs = "",
                            .opter = "",
                            .opter_name = "",
                            .dev_no = "",
                            .sign_no = "",
                            .bill = {.mdtrt_id = ""}};
}

enum err wire_read_request_body(struct slice body, struct arena *arena, struct request *out,
                                struct problems *problems)
{
    clear(out);
    problems_clear(problems);
    const char *copy = arena_copy(arena, body.data, body.size);
    if (!copy)
        return ERR_NOMEM;
    return read_body((struct slice){.data = (const uint8_t *)copy, .size = body.size}, arena, arena,
                     out, problems);
}

enum err wire_read_request(struct slice envelope, struct arena *arena, struct arena *scratch,
                           struct request *out, struct problems *problems)
{
    clear(out);
    problems_clear(problems);
    const Copay__RequestEnvelope *e;
    enum err err = request_envelope_read(envelope, arena, scratch, problems, &e);
    if (err != ERR_OK)
        return err;
    out->attempt = e->has_attempt ? e->attempt : 0;
    out->patience_ms = e->has_patience_ms ? e->patience_ms : 0;
    err = read_body((struct slice){.data = e->body.data, .size = e->body.len}, arena, scratch, out,
                    problems);
    if (err != ERR_OK)
        return err;
    return request_envelope_check(e, out->insuplc_admdvs, out->msgid, problems);
}
