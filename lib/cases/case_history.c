/* Reads what the year held before a case's first claim, onto the policy's accumulators. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "cases/case.h"

/* What the reading of `history` needs at every key. */
struct history {
    struct policy_case *out;
    const struct policy *policy;
    uint32_t insutypes; /* the member's, as a mask */
    uint16_t year;
};

static void add(const struct history *history, const struct yaml_node *node, enum accum_kind kind,
                const char *scope, int64_t value)
{
    struct accum delta = {.year = history->year,
                          .insutype = history->out->person.insurances[0].insutype,
                          .kind = (uint8_t)kind,
                          .value = value};
    case_put(delta.scope, sizeof delta.scope, scope);
    if (accum_add(&history->out->history, &delta) != ERR_OK)
        yaml_fault(node, "累计项过多或超限", "too many accumulators, or one out of range");
}

/* A scalar counts all grades: where the nth stay is counted per grade, every grade has them; where
 * all stays count together, one grade holds them. */
static void read_all_grades(const struct history *history, const struct yaml_node *node)
{
    bool same = false, all = false;
    int64_t count;
    if (!yaml_integer(node, 0, 1000, &count) || count == 0)
        return;
    for (uint8_t i = 0; i < history->policy->layer_count; i++) {
        const struct layer *layer = &history->policy->layers[i];
        if (layer->accrual != PER_STAY || !(layer->insutypes & history->insutypes))
            continue;
        same = same || layer->nth.of == NTH_SAME_GRADE;
        all = all || layer->nth.of == NTH_ALL_STAYS;
    }
    if ((same && all) || history->policy->counted_dimensions)
        yaml_fault(node, "该政策分级与不分级或按情形计次并存，请按级别写明",
                   "the policy counts stays by grade and together or by situation; state them by "
                   "grade");
    uint8_t grades = same ? history->policy->grade_count : 1;
    for (uint8_t g = 0; g < grades; g++)
        add(history, node, ACCUM_STAYS, history->policy->grades[g], count);
}

/* A grade, or grade/value of a dimension that stays are counted by. */
static bool known_stays(const struct policy *policy, const char *scope)
{
    char grade[ACCUM_SCOPE + 1];
    size_t length = strcspn(scope, "/");
    if (length >= sizeof grade)
        return false;
    memcpy(grade, scope, length);
    grade[length] = '\0';
    bool found = scope[length] == '\0';
    for (uint8_t i = 0; !found && i < policy->dimension_count; i++)
        for (uint8_t j = 0;
             policy->counted_dimensions >> i & 1 && j < policy->dimensions[i].value_count; j++)
            found |= strcmp(policy->dimensions[i].values[j].name, scope + length + 1) == 0;
    return found && policy_grade(policy, grade) >= 0;
}

static void read_admissions(const struct history *history, const struct yaml_node *node)
{
    if (yaml_kind(node) == YAML_SCALAR) {
        read_all_grades(history, node);
        return;
    }
    if (!yaml_map(node, NULL))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *scope = yaml_key(node, i);
        int64_t count;
        if (!known_stays(history->policy, scope))
            yaml_fault(yaml_item(node, i), "政策中没有级别“%s”，或不按该情形计次",
                       "the policy has no grade \"%s\", or does not count by that situation",
                       scope);
        else if (yaml_integer(yaml_item(node, i), 0, 1000, &count) && count > 0)
            add(history, yaml_item(node, i), ACCUM_STAYS, scope, count);
    }
}

/* How much of the text is a name under which some layer keeps its sums; 0: nothing. */
static size_t known_scope(const struct history *history, const char *text)
{
    const struct policy *policy = history->policy;
    size_t known = 0;
    for (uint8_t i = 0; i < policy->layer_count; i++) {
        const struct layer *layer = &policy->layers[i];
        uint8_t values = layer->scopes ? policy->dimensions[layer->by_dimension].value_count : 1;
        for (uint8_t v = 0; v < values; v++) {
            const char *scope = layer->scopes ? layer->scopes[v] : layer->accumulates;
            size_t size = strlen(scope);
            if (size > known && strncmp(scope, text, size) == 0 &&
                (text[size] == '\0' || strchr("/@#~", text[size])))
                known = size;
        }
    }
    return known;
}

/* What stands between a layer's `accumulates` and a grade: the span that the sum is over, as
 * adjudicate/run.h writes it, or the mark of a deductible left open. */
static bool known_span(const char *text, size_t size)
{
    static const char *const forms[] = {"", "~", "@000000", "@0000", "@00Q0"};
    if (text[0] == '#')
        return size == 1 + ID_FIXMEDINS;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        size_t at = 0;
        while (
            at < size && forms[i][at] != '\0' &&
            (forms[i][at] == '0' ? text[at] >= '0' && text[at] <= '9' : text[at] == forms[i][at]))
            at++;
        if (at == size && forms[i][at] == '\0')
            return true;
    }
    return false;
}

/* Whether a deductible's scope ends with a grade, or may not. */
static bool grade_fits(const struct policy *policy, const char *name_end, const char *span_end)
{
    bool open = *name_end == '~';
    if (*span_end == '\0')
        return open || *name_end == '#';
    return *name_end != '#' && policy_grade(policy, span_end + 1) >= 0;
}

/* {scope: yuan}; a scope is a layer's `accumulates`, with its span where that is not the year, of a
 * deductible scope/grade. */
static void read_scopes(const struct history *history, const struct yaml_node *node,
                        enum accum_kind kind)
{
    if (!node || !yaml_map(node, NULL))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        const char *scope = yaml_key(node, i);
        size_t size = known_scope(history, scope), span = size + strcspn(scope + size, "/");
        int64_t fen;
        if (strlen(scope) > ACCUM_SCOPE || size == 0)
            yaml_fault(item, "没有待遇层累计到“%s”", "no layer accumulates \"%s\"", scope);
        else if (!known_span(scope + size, span - size) ||
                 (kind == ACCUM_DEDC ? !grade_fits(history->policy, scope + size, scope + span)
                                     : scope[span] == '/'))
            yaml_fault(item, "起付标准写作 累计名/级别，其余只写累计名：“%s”",
                       "a deductible is written scope/grade, anything else scope: \"%s\"", scope);
        else if (yaml_yuan(item, &fen) && fen > 0)
            add(history, item, kind, scope, fen);
    }
}

/* A setlinfo field means the accumulator of the layers that pay it for the first claim's kind. */
static void read_field(const struct history *history, const struct yaml_node *node,
                       enum fund_field field)
{
    const struct policy_med_type *med_type =
        policy_med_type(history->policy, history->out->claims[0].claim.med_type);
    const char *scope = NULL;
    int64_t fen;
    if (!node || !yaml_yuan(node, &fen) || fen == 0 || !med_type)
        return;
    for (uint8_t i = 0; i < history->policy->layer_count; i++) {
        const struct layer *layer = &history->policy->layers[i];
        if (layer->field != field || !(layer->insutypes & history->insutypes) ||
            !(layer->kinds & (1u << med_type->kind)))
            continue;
        if (layer->scopes || (scope && strcmp(scope, layer->accumulates) != 0)) {
            yaml_fault(node, "有多个待遇层，请用 paid 写明", "several layers pay it; use `paid`");
            return;
        }
        scope = layer->accumulates;
    }
    if (scope)
        add(history, node, ACCUM_PAID, scope, fen);
    else
        yaml_fault(node, "没有待遇层支付该项", "no layer pays this for the first claim");
}

void case_read_history(const struct yaml_node *node, const struct policy *policy,
                       struct policy_case *out)
{
    static const char *const keys[] = {"year",        "admissions", "hifp_pay",  "cvlserv_pay",
                                       "hifes_pay",   "hifmi_pay",  "hifob_pay", "hifdm_pay",
                                       "maf_pay",     "oth_pay",    "paid",      "deductible",
                                       "accumulated", "bands",      "previous",  NULL};
    int64_t year;
    if (!yaml_map(node, keys) || !yaml_integer(yaml_need(node, "year"), 2000, 2999, &year) ||
        !policy)
        return;
    int insutype = policy_insutype(policy, out->person.insurances[0].insutype);
    struct history history = {.out = out,
                              .policy = policy,
                              .insutypes = insutype < 0 ? 0 : 1u << insutype,
                              .year = (uint16_t)year};
    if (yaml_get(node, "admissions"))
        read_admissions(&history, yaml_get(node, "admissions"));
    for (int field = 0; field < FUND_FIELDS; field++)
        read_field(&history, yaml_get(node, keys[2 + field]), (enum fund_field)field);
    read_scopes(&history, yaml_get(node, "paid"), ACCUM_PAID);
    read_scopes(&history, yaml_get(node, "deductible"), ACCUM_DEDC);
    read_scopes(&history, yaml_get(node, "accumulated"), ACCUM_BASE);
    read_scopes(&history, yaml_get(node, "bands"), ACCUM_BANDS);
    case_read_previous(yaml_get(node, "previous"), policy, out);
    out->previous.year = history.year;
    out->previous.insutype = out->person.insurances[0].insutype;
}
