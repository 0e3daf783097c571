/* Filings, and a pack whose stays are paid for when they are filed, for the tests of those. */
#ifndef TEST_SETTLE_FILINGS_H
#define TEST_SETTLE_FILINGS_H

#include "fixture.h"

#define STAY_WHEN "    when: {insutypes: [\"390\"], kinds: [inpatient]}\n"
#define STAY_LAYER                                                                                 \
    "layers:\n"                                                                                    \
    "  - layer: resident_inpatient\n"                                                              \
    "    zh: 居民住院统筹\n"                                                                 \
    "    fund_pay_type: \"390101\"\n"                                                              \
    "    field: hifp_pay\n"                                                                        \
    "    owner: county\n"
#define FILED_WORDS                                                                                \
    "filings:\n"                                                                                   \
    "  referral: {zh: 转诊备案, codes: [\"2501\"]}\n"                                          \
    "  chosen: {zh: 定点备案, codes: [\"2505\"]}\n"                                            \
    "  chronic: {zh: 慢特病备案, codes: [\"2503\", \"M1\"]}\n"                                \
    "situations:\n"                                                                                \
    "  place:\n"                                                                                   \
    "    zh: 转诊\n"                                                                             \
    "    values:\n"                                                                                \
    "      - {name: filed, zh: 已备案, when: {filing: [referral, chronic]}}\n"                  \
    "      - {name: unfiled, zh: 未备案}\n"

/* A stay that is not filed is nobody's but the patient's. */
static inline void filings_pack(struct world *w)
{
    world_activate_bundle(
        w, world_bundle_changed(STAY_LAYER STAY_WHEN, FILED_WORDS STAY_LAYER
                                "    when: {insutypes: [\"390\"], kinds: [inpatient],\n"
                                "      in: {place: [filed]}}\n"));
}

/* Days count from the world's today. */
struct filing_words {
    const char *infno, *psn_no, *category, *fixmedins, *dise_codg, *sender;
    int from, to; /* to 0: without end */
};

static inline enum settle_verdict filing_make(struct world *w, struct filing_words words)
{
    Copay__Request r;
    Copay__Filing filing = COPAY__FILING__INIT;
    const int32_t today = date_of_time(w->now_ms);
    world_request_init(w, &r, words.infno ? words.infno : "2501",
                       words.sender ? words.sender : HOSPITAL, NULL);
    filing.psn_no = (char *)(words.psn_no ? words.psn_no : RESIDENT);
    filing.category = (char *)words.category;
    filing.fixmedins_code = (char *)words.fixmedins;
    filing.dise_codg = (char *)words.dise_codg;
    filing.begndate = today + words.from;
    filing.has_enddate = words.to != 0;
    filing.enddate = today + words.to;
    r.filing = &filing;
    return world_send(w, world_pack(&r.base));
}

/* Done; its number, malloc'ed, after checking its stage. */
static inline char *filing_made(struct world *w, struct filing_words words, const char *stage)
{
    enum settle_verdict verdict = filing_make(w, words);
    if (w->answer.outcome != OUTCOME_DONE)
        print_error("refused: %u\n", world_reason(w));
    assert_int_equal(verdict, SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_FILING);
    assert_string_equal(w->reply->filing->stage, stage);
    return strdup(w->reply->filing->trt_dcla_detl_sn);
}

static inline enum settle_verdict filing_undo(struct world *w, const char *infno,
                                              const char *number, const char *sender)
{
    Copay__Request r;
    Copay__FilingName name = COPAY__FILING_NAME__INIT;
    world_request_init(w, &r, infno, sender, NULL);
    name.trt_dcla_detl_sn = (char *)number;
    name.psn_no = RESIDENT;
    r.filing_name = &name;
    return world_send(w, world_pack(&r.base));
}

/* The field of a command for a decision. */
#define FILING_DECIDE(w, field, text, who)                                                         \
    ({                                                                                             \
        Copay__Admin__Command command_;                                                            \
        Copay__Admin__FilingDecision decision_ = COPAY__ADMIN__FILING_DECISION__INIT;              \
        world_command_init(w, &command_);                                                          \
        decision_.number = (char *)(text);                                                         \
        decision_.note = "资料齐全";                                                               \
        command_.field = &decision_;                                                               \
        (w)->actor = (who);                                                                        \
        enum settle_verdict verdict_ = world_command(w, &command_);                                \
        (w)->actor = NULL;                                                                         \
        verdict_;                                                                                  \
    })

#endif
