/* A code that comes back with a refund is free before the settlement is made, for the box was never
 * settled; one of a voided settlement is free again. */
#include "settle/dispensed.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

/* A code on a line. */
struct mention {
    const char *code;
    const struct claim_line *line;
    bool refund;
};

static void refuse(struct turn *turn, enum reason reason, const struct mention *m)
{
    problem_add(turn->problems, reason, "drug_trac_codg", m->line->feedetl_sn, m->code);
}

/* By code, and what takes back behind what dispenses. */
static int compare(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    int order = strcmp(x->code, y->code);
    if (order == 0)
        order = x->refund - y->refund;
    return order != 0 ? order : strcmp(x->line->feedetl_sn, y->line->feedetl_sn);
}

static enum err gather(struct turn *turn, struct mention **list, uint32_t *count)
{
    const struct claim *claim = &turn->request->claim;
    uint64_t codes = 0;
    for (uint32_t i = 0; i < claim->line_count; i++)
        codes += claim->lines[i].trac_count;
    *count = 0;
    if (codes == 0)
        return ERR_OK;
    if (codes > TRACES_MAX) {
        problem_addf(turn->problems, REASON_TRACES_TOO_MANY, "drug_trac_codg", NULL, "%llu > %d",
                     (unsigned long long)codes, TRACES_MAX);
        return ERR_OK;
    }
    *list = arena_alloc_raw(turn->arena, codes * sizeof **list);
    if (!*list)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = &claim->lines[i];
        for (uint32_t k = 0; k < line->trac_count; k++)
            (*list)[(*count)++] =
                (struct mention){line->drug_trac_codgs[k], line, claim_line_is_refund(line)};
    }
    qsort(*list, *count, sizeof **list, compare);
    return ERR_OK;
}

/* The mentions of one code: dispensed once and perhaps taken back, by the refund of its own line;
 * an opened box on several lines. What is left of it goes to *out. */
static void settle_code(struct turn *turn, const struct mention *m, uint32_t count,
                        struct dispensed *out)
{
    uint32_t gives = 0, backs = 0;
    for (uint32_t i = 0; i < count; i++) {
        gives += !m[i].refund;
        backs += m[i].refund;
        if (i > 0 && !m[i].refund && !(m[i].line->trdn_flag && m[0].line->trdn_flag))
            refuse(turn, REASON_TRACE_TWICE, &m[i]);
        bool own = false;
        for (uint32_t k = 0; m[i].refund && k < count && !own; k++)
            own = !m[k].refund && strcmp(m[k].line->feedetl_sn, m[i].line->init_feedetl_sn) == 0;
        if (m[i].refund && (!own || backs > gives))
            refuse(turn, REASON_TRACE_TWICE, &m[i]);
    }
    if (gives > backs)
        out->list[out->count++] = (struct trace){m->code, m->line->trdn_flag};
}

static enum err check_free(struct turn *turn, const struct trace *trace, const struct mention *m)
{
    struct trace_entry entry;
    char date[9] = "";
    enum err err = state_trace(turn->state, trace->drug_trac_codg, &entry);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    if (trace->trdn_flag && entry.trdn_flag)
        return ERR_OK;
    memcpy(date, entry.setl_id + ID_ADMDVS, sizeof date - 1);
    problem_addf(turn->problems, REASON_TRACE_DISPENSED, "drug_trac_codg", m->line->feedetl_sn,
                 "%s %s", trace->drug_trac_codg, date);
    return ERR_OK;
}

enum err dispensed_check(struct turn *turn, struct dispensed *out)
{
    struct mention *list = NULL;
    uint32_t count;
    *out = (struct dispensed){0};
    enum err err = gather(turn, &list, &count);
    if (err != ERR_OK || count == 0)
        return err;
    out->list = arena_alloc_raw(turn->arena, count * sizeof *out->list);
    if (!out->list)
        return ERR_NOMEM;
    for (uint32_t from = 0, to; err == ERR_OK && from < count; from = to) {
        for (to = from + 1; to < count && strcmp(list[to].code, list[from].code) == 0;)
            to++;
        const uint32_t before = out->count;
        settle_code(turn, &list[from], to - from, out);
        if (out->count > before)
            err = check_free(turn, &out->list[before], &list[from]);
    }
    return err;
}

enum err dispensed_take(struct turn *turn, const struct dispensed *boxes, const char *setl_id)
{
    for (uint32_t i = 0; i < boxes->count; i++) {
        const struct trace *trace = &boxes->list[i];
        struct trace_entry entry = {0};
        enum err err = state_trace(turn->state, trace->drug_trac_codg, &entry);
        if (err != ERR_OK && err != ERR_NOTFOUND)
            return err;
        entry.trdn_flag = trace->trdn_flag;
        entry.count++;
        TEXT_SET(entry.setl_id, setl_id);
        effects_put_trace(turn->effects, trace->drug_trac_codg, &entry);
    }
    if (boxes->count > 0)
        effects_put_traces(turn->effects, turn->arena, setl_id, boxes->list, boxes->count);
    return ERR_OK;
}

/* The list stays: it is a part of what the settlement was. */
enum err dispensed_return(struct turn *turn, const char *setl_id)
{
    struct trace *list;
    uint32_t count;
    enum err err = state_traces(turn->state, setl_id, turn->arena, &list, &count);
    for (uint32_t i = 0; err == ERR_OK && i < count; i++) {
        struct trace_entry entry;
        err = state_trace(turn->state, list[i].drug_trac_codg, &entry);
        if (err != ERR_OK)
            return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
        entry.count--;
        effects_put_trace(turn->effects, list[i].drug_trac_codg, entry.count ? &entry : NULL);
    }
    return err;
}
