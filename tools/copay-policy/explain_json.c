/* An explanation for programs: the same facts as the text's, amounts in yuan as strings. */
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "explain.h"

static json_t *yuan(int64_t fen)
{
    return json_string(YUAN(fen));
}

static json_t *ratio_of(int32_t ratio)
{
    return json_string(money_format(ratio, 4, -1, (char[MONEY_TEXT]){0}));
}

static json_t *clause_of(enum lang lang, const struct policy *policy, uint16_t clause)
{
    const struct policy_clause *c = policy_clause(policy, clause);
    if (!clause)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:s}", "id", c->id, "text", c->text, "provenance",
                     provenance_key(c->provenance), "provenance_text",
                     provenance_name(lang, c->provenance));
}

static json_t *two_digits(uint8_t code)
{
    char text[3] = {(char)('0' + code / 10), (char)('0' + code % 10)};
    return json_string(text);
}

static json_t *line_json(enum lang lang, const struct policy *policy,
                         const struct claim_line *billed, const struct line_split *line)
{
    json_t *cap =
        line->pric_uplmt_amt < 0
            ? json_null()
            : json_string(money_format(line->pric_uplmt_amt, 6, -1, (char[MONEY_TEXT]){0}));
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:s, s:o}", "feedetl_sn",
        billed->feedetl_sn, "med_list_codg", billed->med_list_codg, "chrgitm_lv",
        two_digits(line->chrgitm_lv), "selfpay_prop", ratio_of(line->selfpay_prop),
        "pric_uplmt_amt", cap, "det_item_fee_sumamt", yuan(line->det_item_fee_sumamt),
        "fulamt_ownpay_amt", yuan(line->fulamt_ownpay_amt), "overlmt_amt", yuan(line->overlmt_amt),
        "preselfpay_amt", yuan(line->preselfpay_amt), "inscp_scp_amt", yuan(line->inscp_scp_amt),
        "reason", line->reason, "reason_name", step_name(lang, line->reason), "clause",
        clause_of(lang, policy, line->clause));
}

static json_t *lines_json(enum lang lang, const struct policy *policy,
                          const struct case_claim *claim, const struct result *result)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < result->line_count; i++)
        json_array_append_new(list,
                              line_json(lang, policy, &claim->claim.lines[i], &result->lines[i]));
    return list;
}

static json_t *step_json(enum lang lang, const struct policy *policy, const struct step *step)
{
    char text[EXPLAIN_TEXT] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    CHECK(out);
    step_figures(out, lang, policy, step);
    fclose(out);
    json_t *limit = step->code == STEP_ALLOWANCE ? json_integer(step->limit) : yuan(step->limit);
    return json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:o}", "code", step->code, "name",
                     step_name(lang, step->code), "layer", step->layer, "base", yuan(step->base),
                     "limit", limit, "ratio", ratio_of(step->ratio), "amount", yuan(step->amount),
                     "text", text, "clause", clause_of(lang, policy, step->clause));
}

static json_t *row_json(enum lang lang, const struct policy *policy, const struct fund_row *row)
{
    const char *field = row->field == FUND_FIELDS ? "" : fund_field_names[row->field];
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "layer", row->layer,
                     "layer_name", layer_name(lang, policy, row->layer), "fund_pay_type",
                     row->fund_pay_type, "field", field, "owner_kind",
                     owner_name(lang, (enum owner_kind)row->owner_kind), "owner", row->owner,
                     "base", yuan(row->base), "ratio", ratio_of(row->ratio), "amount",
                     yuan(row->amount), "clause", clause_of(lang, policy, row->clause));
}

static json_t *totals_json(const struct totals *totals)
{
    json_t *object = json_object();
    for (const struct case_field *field = case_fields; field->name; field++) {
        int64_t fen;
        memcpy(&fen, (const char *)totals + field->offset, sizeof fen);
        json_object_set_new(object, field->name, yuan(fen));
    }
    return object;
}

static json_t *deltas_json(enum lang lang, const struct result *result)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < result->delta_count; i++) {
        const struct accum *delta = &result->deltas[i];
        enum accum_kind kind = (enum accum_kind)delta->kind;
        json_t *value = accum_is_count(kind) ? json_integer(delta->value) : yuan(delta->value);
        json_array_append_new(list,
                              json_pack("{s:i, s:i, s:s, s:s, s:o}", "year", delta->year,
                                        "insutype", delta->insutype, "kind", accum_name(lang, kind),
                                        "scope", delta->scope, "value", value));
    }
    return list;
}

static json_t *problems_json(enum lang lang, const struct problems *problems)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->list[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "reason",
                                              reason_name(problem->reason), "field", problem->field,
                                              "feedetl_sn", problem->feedetl_sn, "text",
                                              in_words(lang, problem->zh, problem->en)));
    }
    return list;
}

json_t *explain_json(enum lang lang, const struct case_claim *claim, const struct policy *policy,
                     const struct result *result)
{
    char from[DATE_TEXT], to[DATE_TEXT], settled[DATE_TEXT];
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "med_type", claim->claim.med_type,
                               "begntime", date_format_time(claim->claim.begntime, from), "endtime",
                               date_format_time(claim->claim.endtime, to), "setl_time",
                               date_format_time(claim->setl_time, settled));
    if (claim->voids)
        json_object_set_new(object, "voids", json_integer(claim->voids));
    if (result->problems.count) {
        json_object_set_new(object, "refused", problems_json(lang, &result->problems));
        return object;
    }
    json_object_set_new(object, "policy", json_string(policy->name));
    json_object_set_new(object, "insutype", json_integer(result->insutype));
    json_object_set_new(object, "psn_type", json_string(result->psn_type));
    json_object_set_new(object, "grade",
                        json_string(policy->grades[claim->institution.benefit_grade]));
    json_object_set_new(object, "lines", lines_json(lang, policy, claim, result));
    json_t *steps = json_array(), *rows = json_array();
    for (uint32_t i = 0; i < result->step_count; i++)
        json_array_append_new(steps, step_json(lang, policy, &result->steps[i]));
    for (uint32_t i = 0; i < result->row_count; i++)
        json_array_append_new(rows, row_json(lang, policy, &result->rows[i]));
    json_object_set_new(object, "steps", steps);
    json_object_set_new(object, "rows", rows);
    json_object_set_new(object, "totals", totals_json(&result->totals));
    json_object_set_new(object, "accumulators", deltas_json(lang, result));
    return object;
}
