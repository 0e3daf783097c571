/* Reads one claim of a case: institution, dates, lines (stated or by catalogue code) and what is
 * expected of it. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "cases/case_audit.h"

#define EXPECTATIONS_MAX 32

const struct case_field case_fields[] = {
#define FIELD(field)                                                                               \
    {                                                                                              \
#field, offsetof(struct totals, field)                                                     \
    }
#define FUND(name, field)                                                                          \
    {                                                                                              \
        name, offsetof(struct totals, fund) + (field) * sizeof(int64_t)                            \
    }
    FIELD(medfee_sumamt),
    FIELD(fulamt_ownpay_amt),
    FIELD(overlmt_selfpay),
    FIELD(preselfpay_amt),
    FIELD(inscp_scp_amt),
    FIELD(act_pay_dedc),
    FUND("hifp_pay", FUND_HIFP),
    FUND("cvlserv_pay", FUND_CVLSERV),
    FUND("hifes_pay", FUND_HIFES),
    FUND("hifmi_pay", FUND_HIFMI),
    FUND("hifob_pay", FUND_HIFOB),
    FUND("hifdm_pay", FUND_HIFDM),
    FUND("maf_pay", FUND_MAF),
    FUND("oth_pay", FUND_OTH),
    FIELD(fund_pay_sumamt),
    FIELD(psn_part_amt),
    FIELD(hosp_part_amt),
    FIELD(acct_pay),
    FIELD(acct_mulaid_pay),
    FIELD(psn_cash_pay),
    FIELD(psn_selfpay_amt),
    FIELD(psn_ownpay_amt),
    FIELD(transfer_selfpay),
    FIELD(balc),
    {NULL, 0},
#undef FIELD
#undef FUND
};

/* Money that stands on no bill. */
static const struct {
    const char *name;
    enum step_code step;
} sums[] = {
    {"institution_gain", STEP_INSTITUTION},
    {"institution_due", STEP_INSTITUTION_DUE},
    {"allowance", STEP_ALLOWANCE},
    {"cash_benefit", STEP_CASH_BENEFIT},
};

static const struct {
    const char *name;
    enum reason reason;
} reasons[] = {
#define REASON(number, name, class, zh, en) {#name, REASON_##name},
#include "reasons.def"
#undef REASON
};

/* An exact decimal of any sign; absent leaves *out alone. */
static bool read_decimal(const struct yaml_node *node, int scale, int64_t max, int64_t *out)
{
    const char *text;
    if (!node || !yaml_text(node, MONEY_TEXT - 1, &text))
        return false;
    if (money_parse(text, scale, max, out) == ERR_OK)
        return true;
    yaml_fault(node, "“%s”不是至多 %d 位小数的数，或超出范围",
               "\"%s\" is not a decimal of at most %d places, or out of range", text, scale);
    return false;
}

static bool read_time(const struct yaml_node *node, int64_t *out)
{
    const char *text;
    if (!node || !yaml_text(node, DATE_TEXT, &text))
        return false;
    if (date_parse_time(text, out) == ERR_OK)
        return true;
    yaml_fault(node, "“%s”不是日期 YYYY-MM-DD 或时间 YYYY-MM-DD HH:MM:SS",
               "\"%s\" is not a date YYYY-MM-DD or time YYYY-MM-DD HH:MM:SS", text);
    return false;
}

/* 01 to `max`, two digits as on the national wire. */
static uint8_t read_code(const struct yaml_node *node, int max)
{
    const char *text;
    if (!node || !yaml_text(node, 8, &text))
        return 0;
    if (strlen(text) == 2 && strspn(text, "0123456789") == 2) {
        int code = (text[0] - '0') * 10 + text[1] - '0';
        if (code >= 1 && code <= max)
            return (uint8_t)code;
    }
    yaml_fault(node, "“%s”应为 01 至 %02d", "\"%s\" should be 01 to %02d", text, max);
    return 0;
}

static void read_tags(const struct yaml_node *node, const struct policy *policy, uint32_t *tags)
{
    if (!node || !policy || !yaml_seq(node, 1, ITEM_TAGS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *text;
        if (!yaml_text(yaml_item(node, i), 31, &text))
            continue;
        int index = policy_item_tag(policy, text);
        if (index < 0)
            yaml_fault(yaml_item(node, i), "政策中没有标签“%s”",
                       "the policy has no item tag \"%s\"", text);
        else
            *tags |= UINT32_C(1) << index;
    }
}

/* What the catalogue says of few items; the policy must say what becomes of it. */
static void read_more(const struct yaml_node *node, const struct policy *policy,
                      struct stated_line *out)
{
    const struct yaml_node *dedc = yaml_get(node, "item_dedc");
    const struct yaml_node *standard = yaml_get(node, "pay_standard");
    read_tags(yaml_get(node, "tags"), policy, &out->tags);
    read_decimal(dedc, 2, FEN_MAX / PRIC_ONE, &out->item_dedc);
    read_decimal(standard, 6, FEN_MAX, &out->pay_standard);
    if (dedc && policy && !policy->lines.item_dedc.given)
        yaml_fault(dedc, "政策没有 lines.item_dedc", "the policy has no lines.item_dedc");
    if (standard && policy && !policy->lines.pay_standard.given)
        yaml_fault(standard, "政策没有 lines.pay_standard", "the policy has no lines.pay_standard");
}

/* A line without a catalogue code states its class, ratio and cap. */
static void read_stated(const struct yaml_node *node, const struct policy *policy,
                        struct stated_line *out)
{
    const struct yaml_node *prop = yaml_get(node, "selfpay_prop");
    out->chrgitm_lv = read_code(yaml_need(node, "chrgitm_lv"), 3);
    out->med_chrgitm_type = 14;
    if (yaml_get(node, "med_chrgitm_type"))
        out->med_chrgitm_type = read_code(yaml_get(node, "med_chrgitm_type"), 14);
    if (yaml_get(node, "bas_medn_flag"))
        yaml_bool(yaml_get(node, "bas_medn_flag"), &out->bas_medn_flag);
    out->pric_uplmt_amt = -1;
    read_decimal(yaml_get(node, "pric_uplmt_amt"), 6, FEN_MAX, &out->pric_uplmt_amt);
    if (out->chrgitm_lv == 3)
        out->selfpay_prop = RATIO_ONE;
    if (out->chrgitm_lv == 2 && !prop)
        yaml_need(node, "selfpay_prop");
    if (out->chrgitm_lv != 2 && prop)
        yaml_fault(prop, "只有乙类（02）有先自付比例",
                   "only class B (02) has a first self-pay ratio");
    else if (prop)
        yaml_ratio(prop, &out->selfpay_prop);
    read_more(node, policy, out);
}

static const char *read_name(const struct yaml_node *map, const char *key, size_t max,
                             const char *absent)
{
    const char *text = absent;
    if (yaml_get(map, key))
        yaml_text(yaml_get(map, key), max, &text);
    return text;
}

/* One unit at the line's amount, unless price and quantity are given. */
static void read_quantity(const struct yaml_node *node, struct claim_line *line)
{
    int64_t fen = line->det_item_fee_sumamt;
    line->cnt = fen < 0 ? -CNT_ONE : CNT_ONE;
    line->pric = (fen < 0 ? -fen : fen) * (PRIC_ONE / 100);
    if (!yaml_get(node, "cnt") && !yaml_get(node, "pric"))
        return;
    read_decimal(yaml_need(node, "cnt"), 4, FEN_MAX, &line->cnt);
    read_decimal(yaml_need(node, "pric"), 6, FEN_MAX, &line->pric);
}

/* Whether audit refuses the line: true leaves who bears it to the pack. */
static void read_bearer(const struct yaml_node *node, const struct policy *policy,
                        struct claim_line *line)
{
    static const char *const names[] = {[LINE_PAYABLE] = "false",
                                        [LINE_REFUSED] = "true",
                                        [LINE_REFUSED_PATIENT] = "patient",
                                        [LINE_REFUSED_HOSPITAL] = "hospital",
                                        NULL};
    int refused;
    if (!yaml_name(node, names, &refused))
        return;
    line->refused = (uint8_t)refused;
    if (refused == LINE_REFUSED_HOSPITAL && policy && !policy->lines.hospital.clause)
        yaml_fault(node, "政策未写明医疗机构负担的明细（lines.hospital）",
                   "the policy does not say how the hospital bears lines (lines.hospital)");
}

static bool read_line(const struct yaml_node *node, uint32_t number, const struct policy *policy,
                      struct arena *arena, struct case_claim *out)
{
    static const char *const stated[] = {"chrgitm_lv",
                                         "selfpay_prop",
                                         "amount",
                                         "pric_uplmt_amt",
                                         "med_chrgitm_type",
                                         "cnt",
                                         "pric",
                                         "bas_medn_flag",
                                         "feedetl_sn",
                                         "init_feedetl_sn",
                                         "on",
                                         "refused",
                                         "item",
                                         "tags",
                                         "item_dedc",
                                         "pay_standard",
                                         "prd_days",
                                         NULL};
    static const char *const coded[] = {"med_list_codg",  "amount",          "cnt", "pric",
                                        "feedetl_sn",     "init_feedetl_sn", "on",  "refused",
                                        "hosp_appr_flag", "prd_days",        NULL};
    struct claim_line *line = &out->claim.lines[number];
    char sn[16];
    int size = snprintf(sn, sizeof sn, "%u", number + 1);
    char *default_sn = arena_copy(arena, sn, (size_t)size);
    if (!default_sn)
        return false;
    *line = (struct claim_line){.feedetl_sn = default_sn,
                                .med_list_codg = "STATED", /* a bill without codes is malformed */
                                .medins_list_codg = "",
                                .medins_list_name = "",
                                .rxno = "",
                                .unit = "",
                                .init_feedetl_sn = "",
                                .fee_ocur_time = out->claim.begntime};
    if (!yaml_map(node, out->stated ? stated : coded))
        return true;
    line->feedetl_sn = read_name(node, "feedetl_sn", TEXT_ID_MAX, default_sn);
    line->init_feedetl_sn = read_name(node, "init_feedetl_sn", TEXT_ID_MAX, "");
    read_decimal(yaml_need(node, "amount"), 2, FEN_MAX / PRIC_ONE, &line->det_item_fee_sumamt);
    read_quantity(node, line);
    read_time(yaml_get(node, "on"), &line->fee_ocur_time);
    read_bearer(yaml_get(node, "refused"), policy, line);
    int64_t days;
    if (read_decimal(yaml_get(node, "prd_days"), 2, UINT16_MAX, &days)) {
        if (days < 0)
            yaml_fault(yaml_get(node, "prd_days"), "天数不能小于 0", "days are not below 0");
        line->prd_days = days < 0 ? 0 : (uint16_t)days;
    }
    if (out->stated) {
        line->med_list_codg = read_name(node, "item", TEXT_CODE_MAX, line->med_list_codg);
        read_stated(node, policy, &out->stated[number]);
        return true;
    }
    int64_t flag = 0;
    line->med_list_codg = read_name(node, "med_list_codg", TEXT_CODE_MAX, "");
    if (yaml_get(node, "hosp_appr_flag"))
        yaml_integer(yaml_get(node, "hosp_appr_flag"), 0, 2, &flag);
    line->hosp_appr_flag = (uint8_t)flag;
    return true;
}

/* All lines are stated, or all name a catalogue code. */
static bool read_lines(const struct yaml_node *list, const struct policy *policy,
                       struct arena *arena, struct case_claim *out)
{
    if (!yaml_seq(list, 1, CASE_LINES_MAX))
        return true;
    struct claim *claim = &out->claim;
    claim->line_count = (uint32_t)yaml_count(list);
    claim->lines = arena_alloc(arena, claim->line_count * sizeof *claim->lines);
    if (!claim->lines)
        return false;
    if (!yaml_get(yaml_item(list, 0), "med_list_codg")) {
        out->stated = arena_alloc(arena, claim->line_count * sizeof *out->stated);
        if (!out->stated)
            return false;
    }
    for (uint32_t i = 0; i < claim->line_count; i++) {
        if (!read_line(yaml_item(list, i), i, policy, arena, out))
            return false;
        if (!money_add(&claim->medfee_sumamt, claim->lines[i].det_item_fee_sumamt))
            yaml_fault(list, "明细合计超限", "the lines' sum is out of range");
    }
    return true;
}

static void read_refused(const struct yaml_node *node, struct expectation *out)
{
    const char *text;
    if (!yaml_text(node, 40, &text))
        return;
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (strcmp(reasons[i].name, text) == 0)
            out->refused = reasons[i].reason;
    if (out->refused == REASON_NONE)
        yaml_fault(node, "没有拒绝原因“%s”", "there is no reason \"%s\" in reasons.def", text);
}

static void read_field(const struct yaml_node *node, struct expectation *out)
{
    for (const struct case_field *field = case_fields; field->name; field++) {
        if (strcmp(field->name, out->name) == 0) {
            out->offset = field->offset;
            read_decimal(node, 2, FEN_MAX, &out->fen);
            return;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        if (strcmp(sums[i].name, out->name) == 0) {
            out->step = (uint8_t)sums[i].step;
            read_decimal(node, 2, FEN_MAX, &out->fen);
            return;
        }
    }
    yaml_fault(node, "结算信息没有该字段", "setlinfo has no such field");
}

/* Figures, or a refusal alone; findings beside either. */
static bool read_expectations(const struct yaml_node *map, const struct pack *pack,
                              struct arena *arena, struct case_claim *out)
{
    if (!yaml_map(map, NULL))
        return true;
    if (yaml_count(map) == 0 || yaml_count(map) > EXPECTATIONS_MAX) {
        yaml_fault(map, "应有 1 至 %d 项期望", "expected 1 to %d expectations", EXPECTATIONS_MAX);
        return true;
    }
    const size_t figures = yaml_count(map) - (yaml_get(map, "findings") ? 1 : 0);
    if (figures == 0)
        yaml_fault(map, "findings 之外应有金额或 refused", "expected figures or a refusal, too");
    out->expectation_count = out->finding_count = 0; /* a void's are not its original's */
    out->expects_findings = false;
    out->expectations = arena_alloc(arena, yaml_count(map) * sizeof *out->expectations);
    if (!out->expectations)
        return false;
    for (size_t i = 0; i < yaml_count(map); i++) {
        const struct expectation expectation = {.name = yaml_key(map, i),
                                                .line = yaml_line(yaml_item(map, i))};
        if (strcmp(expectation.name, "findings") == 0) {
            out->findings_key = expectation;
            if (!case_read_findings(yaml_item(map, i), pack, arena, out))
                return false;
            continue;
        }
        struct expectation *figure = &out->expectations[out->expectation_count++];
        *figure = expectation;
        if (strcmp(figure->name, "refused") != 0)
            read_field(yaml_item(map, i), figure);
        else if (figures > 1)
            yaml_fault(map, "被拒绝的结算没有金额", "a refused claim has no figures to expect");
        else
            read_refused(yaml_item(map, i), figure);
    }
    return true;
}

static void read_trauma(const struct yaml_node *node, struct trauma *trauma)
{
    static const char *const keys[] = {"cause", "third_party", "signed", NULL};
    trauma->cause = "";
    if (!node || !yaml_map(node, keys))
        return;
    trauma->present = true;
    yaml_text(yaml_need(node, "cause"), TEXT_NAME_MAX, &trauma->cause);
    yaml_bool(yaml_need(node, "third_party"), &trauma->third_party);
    yaml_bool(yaml_need(node, "signed"), &trauma->signed_by_patient);
}

static bool is_pharmacy(const struct policy *policy, const char *med_type)
{
    const struct policy_med_type *found = policy ? policy_med_type(policy, med_type) : NULL;
    return found && (policy->pharmacy_kinds & (1u << found->kind));
}

/* The patient, when the member is who insures it. */
static void read_newborn(const struct yaml_node *node, struct newborn *newborn)
{
    static const char *const keys[] = {"born", "sex", NULL};
    int64_t sex;
    if (!node || !yaml_mapping(node, keys))
        return;
    newborn->present = true;
    yaml_date(yaml_need(node, "born"), &newborn->brdy);
    if (yaml_integer(yaml_need(node, "sex"), 1, 2, &sex))
        newborn->gend = (uint8_t)sex;
}

static void read_count(const struct yaml_node *node, uint8_t *out)
{
    int64_t count;
    if (yaml_integer(node, 1, CHILDREN_MAX, &count))
        *out = (uint8_t)count;
}

/* What the rules may ask of the care. */
static void read_facts(const struct yaml_node *node, const struct policy *policy,
                       struct claim *bill)
{
    const struct yaml_node *grade = yaml_get(node, "prescriber_grade");
    bill->dise_codg = read_name(node, "dise_codg", TEXT_CODE_MAX, "");
    bill->oprn_oprt_code = read_name(node, "oprn_oprt_code", TEXT_CODE_MAX, "");
    bill->matn_type = read_name(node, "matn_type", TEXT_CODE_MAX, "");
    bill->birctrl_type = read_name(node, "birctrl_type", TEXT_CODE_MAX, "");
    bill->prescriber_grade = read_name(node, "prescriber_grade", TEXT_CODE_MAX, "");
    if (grade && policy && policy_grade(policy, bill->prescriber_grade) < 0)
        yaml_fault(grade, "政策中没有级别“%s”", "the policy has no grade \"%s\"",
                   bill->prescriber_grade);
    yaml_bool(yaml_get(node, "emergency"), &bill->emergency);
    read_count(yaml_get(node, "fetus_cnt"), &bill->fetus_cnt);
    read_count(yaml_get(node, "fetts"), &bill->fetts);
    read_newborn(yaml_get(node, "newborn"), &bill->newborn);
}

/* A claim before it, which it takes back. It has no lines of its own. */
static bool read_void(const struct yaml_node *node, uint32_t number, const struct policy_case *out,
                      struct arena *arena, struct case_claim *claim)
{
    static const char *const keys[] = {"void", "settled", "expect", NULL};
    const struct yaml_node *which = yaml_get(node, "void");
    int64_t voids = 0;
    *claim = (struct case_claim){.line = yaml_line(node)};
    if (!yaml_mapping(node, keys))
        return true;
    if (number == 1)
        yaml_fault(which, "此前没有结算", "there is no claim before it");
    else if (yaml_integer(which, 1, number - 1, &voids) && out->claims[voids - 1].voids)
        yaml_fault(which, "第 %d 项本身就是作废", "number %d is a void itself", (int)voids);
    else if (voids > 0)
        *claim = out->claims[voids - 1];
    claim->line = yaml_line(node);
    claim->voids = (uint32_t)voids;
    claim->stated = NULL;
    claim->claim.line_count = 0;
    for (uint32_t i = 0; i + 1 < number; i++)
        if (claim->setl_time < out->claims[i].setl_time)
            claim->setl_time = out->claims[i].setl_time;
    read_time(yaml_get(node, "settled"), &claim->setl_time);
    return read_expectations(yaml_need(node, "expect"), out->pack, arena, claim);
}

static struct claim bill_of(const char *visit)
{
    return (struct claim){.psn_no = "case",
                          .insutype = "",
                          .med_type = "",
                          .mdtrt_cert_type = "99",
                          .mdtrt_cert_no = "",
                          .card_sn = "",
                          .ipt_otp_no = visit,
                          .chrg_bchno = "1",
                          .dise_codg = "",
                          .oprn_oprt_code = "",
                          .matn_type = "",
                          .birctrl_type = "",
                          .prescriber_grade = "",
                          .invono = "",
                          .psn_setlway = "",
                          .trauma = {.cause = ""}};
}

bool case_read_claim(const struct yaml_node *node, uint32_t number, struct policy_case *out,
                     struct arena *arena, struct case_claim *claim)
{
    if (yaml_kind(node) == YAML_MAPPING && yaml_get(node, "void"))
        return read_void(node, number, out, arena, claim);
    static const char *const keys[] = {"med_type",
                                       "institution",
                                       "from",
                                       "to",
                                       "settled",
                                       "lines",
                                       "expect",
                                       "insutype",
                                       "acct_used",
                                       "trauma",
                                       "dise_codg",
                                       "oprn_oprt_code",
                                       "matn_type",
                                       "fetus_cnt",
                                       "fetts",
                                       "birctrl_type",
                                       "emergency",
                                       "newborn",
                                       "prescriber_grade",
                                       "group_price",
                                       "diagnoses",
                                       "answers",
                                       NULL};
    struct claim *bill = &claim->claim;
    char visit[32];
    int size = snprintf(visit, sizeof visit, "case-%u", number);
    *claim = (struct case_claim){.line = yaml_line(node)};
    *bill = bill_of(arena_copy(arena, visit, (size_t)size));
    if (!bill->ipt_otp_no)
        return false;
    if (!yaml_mapping(node, keys))
        return true;
    yaml_text(yaml_need(node, "med_type"), 6, &bill->med_type);
    bill->insutype = read_name(node, "insutype", 3, "");
    read_time(yaml_need(node, "from"), &bill->begntime);
    read_time(yaml_need(node, "to"), &bill->endtime);
    claim->setl_time = bill->endtime;
    read_time(yaml_get(node, "settled"), &claim->setl_time);
    if (yaml_get(node, "acct_used"))
        yaml_bool(yaml_get(node, "acct_used"), &bill->acct_used_flag);
    yaml_yuan(yaml_get(node, "group_price"), &bill->group_price);
    read_trauma(yaml_get(node, "trauma"), &bill->trauma);
    const struct policy *policy = case_policy(out, claim);
    read_facts(node, policy, bill);
    case_read_institution(yaml_need(node, "institution"), policy,
                          is_pharmacy(policy, bill->med_type), &claim->institution);
    case_read_standing(yaml_get(yaml_get(node, "institution"), "standing"), &claim->place);
    return read_lines(yaml_need(node, "lines"), policy, arena, claim) &&
           case_read_diagnoses(yaml_get(node, "diagnoses"), arena, claim) &&
           case_read_answers(yaml_get(node, "answers"), out->pack, arena, claim) &&
           read_expectations(yaml_need(node, "expect"), out->pack, arena, claim);
}
