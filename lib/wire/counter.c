/* Sign-in, sign-out and queries. Pure; the gate's thread. */
#include "wire/counter.h"

#include <string.h>

#include "wire/bounds.h"

#define YEAR_FIRST 1900
#define YEAR_LAST 9999

void counter_read_sign_in(const Copay__SignIn *m, struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    bounds_text(&b, "mac", m->mac, TEXT_ID_MAX);
    bounds_text(&b, "ip", m->ip, TEXT_CODE_MAX);
}

void counter_read_sign_out(const Copay__SignOut *m, struct request *out, struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    out->sign_out.sign_no = bounds_required(&b, "sign_no", m->sign_no, TEXT_ID_MAX);
}

enum field {
    PSN_NO = 1 << 0,
    MDTRT_ID = 1 << 1,
    IPT_OTP_NO = 1 << 2,
    SETL_ID = 1 << 3,
    CHRG_BCHNO = 1 << 4,
    YEAR = 1 << 5,
    FIXMEDINS_CODE = 1 << 6,
    TYPE = 1 << 7,
    DATE = 1 << 8,
    NEXT = 1 << 9,
};
#define FIELDS 10
static const char *const field_names[FIELDS] = {
    "psn_no", "mdtrt_id",       "ipt_otp_no", "setl_id", "chrg_bchno",
    "year",   "fixmedins_code", "type",       "date",    "next"};

static const struct asks {
    char infno[5];
    enum asked asked;
    unsigned must, may;
} queries[] = {
    {"5201", ASKED_VISITS, PSN_NO, MDTRT_ID | IPT_OTP_NO | CHRG_BCHNO | YEAR | NEXT},
    {"5202", ASKED_DIAGNOSES, PSN_NO | MDTRT_ID, 0},
    {"5204", ASKED_FEES, PSN_NO, MDTRT_ID | SETL_ID | CHRG_BCHNO | NEXT},
    {"5206", ASKED_CUMULATED, PSN_NO, YEAR},
    {"5303", ASKED_INPATIENTS, 0, NEXT},
    {"1201", ASKED_MEDINS, 0, FIXMEDINS_CODE},
    {"1901", ASKED_DICTIONARY, TYPE, DATE},
};

static unsigned said_in(const struct counter_query *q)
{
    const char *const texts[FIELDS] = {q->psn_no,
                                       q->mdtrt_id,
                                       q->ipt_otp_no,
                                       q->setl_id,
                                       q->chrg_bchno,
                                       q->year ? "y" : "",
                                       q->fixmedins_code,
                                       q->type,
                                       q->date_given ? "d" : "",
                                       q->next};
    unsigned said = 0;
    for (int i = 0; i < FIELDS; i++)
        said |= texts[i][0] ? 1u << i : 0;
    return said;
}

static void check_asked(struct request *out, struct problems *problems)
{
    const unsigned said = said_in(&out->query);
    const struct asks *asks = queries;
    while (strcmp(asks->infno, out->infno) != 0)
        asks++;
    out->query.asked = asks->asked;
    for (int i = 0; i < FIELDS; i++) {
        const unsigned bit = 1u << i;
        if (asks->must & bit & ~said)
            problem_add(problems, REASON_FIELD_MISSING, field_names[i], NULL, out->infno);
        if (said & bit & ~(asks->must | asks->may))
            problem_add(problems, REASON_FIELD_INVALID, field_names[i], NULL, out->infno);
    }
    if (asks->asked == ASKED_FEES && !(said & MDTRT_ID) == !(said & SETL_ID))
        problem_add(problems, REASON_FIELD_MISSING, "mdtrt_id", NULL, "mdtrt_id / setl_id");
    if (asks->asked == ASKED_VISITS && said & MDTRT_ID && said & (IPT_OTP_NO | YEAR | NEXT))
        problem_add(problems, REASON_FIELD_INVALID, "mdtrt_id", NULL, out->infno);
}

void counter_read_query(const Copay__Query *m, struct request *out, struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    struct counter_query *q = &out->query;
    *q = (struct counter_query){0};
#define TEXT(field, max) q->field = bounds_text(&b, #field, m->field, max)
    TEXT(psn_no, TEXT_ID_MAX);
    TEXT(mdtrt_id, ID_SETL);
    TEXT(ipt_otp_no, TEXT_ID_MAX);
    TEXT(setl_id, ID_SETL);
    TEXT(chrg_bchno, TEXT_ID_MAX);
    TEXT(fixmedins_code, ID_FIXMEDINS);
    TEXT(type, TEXT_ID_MAX);
    TEXT(next, TEXT_ID_MAX);
#undef TEXT
    if (m->has_year && (m->year < YEAR_FIRST || m->year > YEAR_LAST))
        problem_addf(problems, REASON_FIELD_INVALID, "year", NULL, "%u", m->year);
    else if (m->has_year)
        q->year = (uint16_t)m->year;
    q->date_given = m->has_date;
    q->date = m->has_date ? bounds_date(&b, "date", m->date) : 0;
    check_asked(out, problems);
}
