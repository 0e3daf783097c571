/* Texts and JSON of what impact found. Main thread. */
#include "difference.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"

#define YUAN(fen) money_yuan((fen), (char[MONEY_TEXT]){0})

static const char *owner_word(uint8_t kind)
{
    static const char *const words[] = {[OWNER_COUNTY] = "county",
                                        [OWNER_INSURER] = "insurer",
                                        [OWNER_CIVIL_SERVANT] = "civil_servant",
                                        [OWNER_ASSISTANCE] = "assistance"};
    return kind < ARRAY_LEN(words) && words[kind] ? words[kind] : "";
}

/* In whichever version it stands; NULL: in none. */
static const struct policy_clause *clause_of(const struct pack *pack, const char *id)
{
    const struct policy_clause *clause = NULL;
    for (uint8_t i = 0; id[0] && !clause && i < pack_version_count(pack); i++)
        clause = policy_clause_find(pack_version(pack, i), id);
    return clause;
}

void difference_print_line(const struct impact_entry *e)
{
    printf("%s%s ", e->setl_id, e->voided ? "（已撤销 voided）" : "");
    if (e->refused != REASON_NONE)
        printf("不予结算 refused %s\n", reason_name(e->refused));
    else
        printf("基金 funds %s → %s，个人 patient %s → %s\n", YUAN(e->fund.is), YUAN(e->fund.would),
               YUAN(e->person.is), YUAN(e->person.would));
}

static void print_sum(const char *what, struct impact_sum sum)
{
    const char *plus = sum.would > sum.is ? "+" : "";
    printf("  %s %s → %s（%s%s）\n", what, YUAN(sum.is), YUAN(sum.would), plus,
           YUAN(sum.would - sum.is));
}

static void print_fund(const struct impact_fund *fund)
{
    char what[80];
    snprintf(what, sizeof what, "基金 fund %s %s %s", fund->fund_pay_type,
             owner_word(fund->owner_kind), fund->owner);
    print_sum(what, fund->paid);
}

static void print_cause(const struct pack *pack, const struct cause *cause)
{
    const struct policy_clause *clause = clause_of(pack, cause->clause);
    printf("  依据条款 clause %s", cause->clause[0] ? cause->clause : "无 none");
    if (clause)
        printf("（%s %s）：%s", provenance_zh(clause->provenance),
               provenance_key(clause->provenance), clause->text);
    if (strcmp(cause->was_clause, cause->clause) != 0)
        printf("；原为 was %s", cause->was_clause[0] ? cause->was_clause : "无 none");
    if (cause->feedetl_sn[0])
        printf("；明细 line %s", cause->feedetl_sn);
    if (cause->layer[0])
        printf("；层 layer %s", cause->layer);
    printf("\n");
}

void difference_print_document(const struct pack *pack, const struct impact_entry *e)
{
    printf("差额文书 difference document %s%s\n  人员 person %s，政策包 pack %s\n", e->setl_id,
           e->voided ? "（已撤销 voided）" : "", e->psn_no, pack_digest_text(pack));
    if (e->refused != REASON_NONE)
        printf("  按新规则不予结算 not settled under the new rules: %s\n", reason_name(e->refused));
    for (uint32_t i = 0; i < e->fund_count; i++)
        print_fund(&e->funds[i]);
    print_sum("基金合计 funds", e->fund);
    print_sum("个人负担 patient", e->person);
    print_sum("其中账户 of which account", e->account);
    print_sum("其中现金 of which cash", e->cash);
    if (e->hospital.is || e->hospital.would)
        print_sum("医院负担 hospital", e->hospital);
    if (e->refused == REASON_NONE)
        print_cause(pack, &e->cause);
    printf("  原结算不变 the settlement stays as it is\n\n");
}

/* ---- sums of all that live ---- */

#define FUNDS_MAX 256

struct sums {
    uint64_t live;
    struct impact_sum fund, person, hospital;
    uint32_t count;
    struct impact_fund list[FUNDS_MAX];
};

static void add(struct impact_sum *to, struct impact_sum more)
{
    to->is += more.is;
    to->would += more.would;
}

static void add_fund(struct sums *sums, const struct impact_fund *fund)
{
    uint32_t i = 0;
    while (i < sums->count && (strcmp(sums->list[i].fund_pay_type, fund->fund_pay_type) != 0 ||
                               sums->list[i].owner_kind != fund->owner_kind ||
                               strcmp(sums->list[i].owner, fund->owner) != 0))
        i++;
    if (i < sums->count) {
        add(&sums->list[i].paid, fund->paid);
        return;
    }
    CHECK(sums->count < FUNDS_MAX); /* funds times counties of one region */
    sums->list[sums->count++] = *fund;
}

static void sum_up(const struct impact_report *report, struct sums *out)
{
    *out = (struct sums){0};
    for (uint64_t i = 0; i < report->count; i++) {
        const struct impact_entry *e = &report->list[i];
        if (e->voided)
            continue;
        out->live++;
        add(&out->fund, e->fund);
        add(&out->person, e->person);
        add(&out->hospital, e->hospital);
        for (uint32_t k = 0; k < e->fund_count; k++)
            add_fund(out, &e->funds[k]);
    }
}

void difference_print_sums(const struct impact_report *report)
{
    static struct sums sums;
    sum_up(report, &sums);
    printf("在其规则日期内的结算 settlements in its rules' days %" PRIu64
           "，会不同的 that would differ %" PRIu64 "，其中未撤销 of them not voided %" PRIu64 "\n",
           report->settlements, report->count, sums.live);
    for (uint32_t i = 0; i < sums.count; i++)
        print_fund(&sums.list[i]);
    if (sums.live) {
        print_sum("个人负担 patients", sums.person);
        print_sum("医院负担 hospitals", sums.hospital);
    }
    if (report->count)
        printf("原结算不变，差额另立文书 these settlements stay; differences become documents\n");
}

/* ---- JSON ---- */

static json_t *json_sum(struct impact_sum sum)
{
    return json_pack("{s:s, s:s, s:s}", "is", YUAN(sum.is), "would", YUAN(sum.would), "difference",
                     YUAN(sum.would - sum.is));
}

static json_t *json_funds(const struct impact_fund *funds, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "fund_pay_type",
                                              funds[i].fund_pay_type, "owner_kind",
                                              owner_word(funds[i].owner_kind), "owner",
                                              funds[i].owner, "paid", json_sum(funds[i].paid)));
    return list;
}

static json_t *json_text(const char *text)
{
    return text && text[0] ? json_string(text) : json_null();
}

static json_t *json_cause(const struct pack *pack, const struct cause *cause)
{
    const struct policy_clause *clause = clause_of(pack, cause->clause);
    const char *provenance = clause ? provenance_key(clause->provenance) : NULL;
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "clause", json_text(cause->clause), "text",
                     json_text(clause ? clause->text : NULL), "provenance", json_text(provenance),
                     "was_clause", json_text(cause->was_clause), "layer", json_text(cause->layer),
                     "feedetl_sn", json_text(cause->feedetl_sn));
}

static json_t *json_document(const struct pack *pack, const struct impact_entry *e)
{
    bool refused = e->refused != REASON_NONE;
    return json_pack("{s:s, s:I, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "setl_id",
                     e->setl_id, "sequence", (json_int_t)e->sequence, "psn_no", e->psn_no, "voided",
                     e->voided, "refused",
                     refused ? json_text(reason_name(e->refused)) : json_null(), "funds",
                     json_funds(e->funds, e->fund_count), "fund_pay_sumamt", json_sum(e->fund),
                     "psn_part_amt", json_sum(e->person), "acct_pay", json_sum(e->account),
                     "psn_cash_pay", json_sum(e->cash), "hosp_part_amt", json_sum(e->hospital),
                     "cause", refused ? json_null() : json_cause(pack, &e->cause));
}

bool difference_print_json(const char *region, const struct pack *pack,
                           const struct impact_report *report)
{
    static struct sums sums;
    json_t *documents = json_array();
    sum_up(report, &sums);
    for (uint64_t i = 0; i < report->count; i++)
        if (json_array_append_new(documents, json_document(pack, &report->list[i])) != 0)
            break;
    bool whole = json_array_size(documents) == report->count;
    json_t *all = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "region", region, "pack",
        pack_digest_text(pack), "sequence", (json_int_t)report->sequence, "settlements",
        (json_int_t)report->settlements, "touched", (json_int_t)report->count, "not_voided",
        (json_int_t)sums.live, "funds", json_funds(sums.list, sums.count), "psn_part_amt",
        json_sum(sums.person), "hosp_part_amt", json_sum(sums.hospital), "documents", documents);
    bool done = all && whole && json_dumpf(all, stdout, JSON_INDENT(2)) == 0;
    json_decref(all);
    if (done)
        printf("\n");
    return done;
}
