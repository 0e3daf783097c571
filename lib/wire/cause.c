/* Two explanations read side by side. Pure. */
#include "wire/cause.h"

#include <stdio.h>
#include <string.h>

#include "copay.pb-c.h"
#include "wire/line_clause.h"
#include "wire/pool.h"

static enum err read_settlement(struct slice body, struct arena *arena,
                                const Copay__Settlement **out)
{
    ProtobufCMessage *message;
    enum err err = pool_unpack(body, &copay__reply__descriptor, arena, &message);
    if (err != ERR_OK)
        return err;
    *out = ((const Copay__Reply *)message)->settlement;
    return *out ? ERR_OK : ERR_INVALID;
}

static void put_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

static bool same_line(const Copay__LineSplit *a, const Copay__LineSplit *b)
{
    return strcmp(a->feedetl_sn, b->feedetl_sn) == 0 &&
           a->fulamt_ownpay_amt == b->fulamt_ownpay_amt && a->overlmt_amt == b->overlmt_amt &&
           a->preselfpay_amt == b->preselfpay_amt && a->inscp_scp_amt == b->inscp_scp_amt &&
           a->reason == b->reason;
}

static bool find_line(const Copay__Settlement *first, const Copay__Settlement *second,
                      struct cause *out)
{
    const char *was[LINE_CLASSES] = {NULL}, *would[LINE_CLASSES] = {NULL};
    for (size_t i = 0; i < first->n_lines && i < second->n_lines; i++) {
        const Copay__LineSplit *a = first->lines[i], *b = second->lines[i];
        const char *was_clause = wire_line_clause(a, was), *clause = wire_line_clause(b, would);
        if (same_line(a, b))
            continue;
        put_text(out->clause, sizeof out->clause, clause);
        put_text(out->was_clause, sizeof out->was_clause, was_clause);
        put_text(out->feedetl_sn, sizeof out->feedetl_sn, b->feedetl_sn);
        return true;
    }
    return false;
}

/* A step with the layer that it leaves out because the step before had it. */
struct walk {
    const Copay__Settlement *settlement;
    size_t at;
    const char *layer;
};

static const Copay__Step *next(struct walk *walk)
{
    if (walk->at == walk->settlement->n_steps)
        return NULL;
    const Copay__Step *step = walk->settlement->steps[walk->at++];
    walk->layer = step->layer ? step->layer : walk->layer;
    return step;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_step(const Copay__Step *a, const Copay__Step *b)
{
    return a && b && a->code == b->code && a->base_amt == b->base_amt && a->ratio == b->ratio &&
           a->limit == b->limit && a->amount == b->amount && same_text(a->clause, b->clause);
}

/* The first step that differs and names a clause: a base that came out otherwise names none where
 * its layer has none, and what it leads to does. */
static void find_step(const Copay__Settlement *first, const Copay__Settlement *second,
                      struct cause *out)
{
    struct walk a = {first, 0, ""}, b = {second, 0, ""};
    bool found = false;
    for (;;) {
        const Copay__Step *x = next(&a), *y = next(&b);
        if (!x && !y)
            return;
        if (same_step(x, y) && same_text(a.layer, b.layer))
            continue;
        const char *clause = y ? y->clause : NULL, *was = x ? x->clause : NULL;
        if (!found)
            put_text(out->layer, sizeof out->layer, y ? b.layer : a.layer);
        found = true;
        if (!clause && !was)
            continue;
        put_text(out->layer, sizeof out->layer, y ? b.layer : a.layer);
        put_text(out->clause, sizeof out->clause, clause);
        put_text(out->was_clause, sizeof out->was_clause, was);
        return;
    }
}

enum err wire_reply_cause(struct slice first, struct slice second, struct arena *arena,
                          struct cause *out)
{
    const Copay__Settlement *a, *b;
    *out = (struct cause){.clause = ""};
    enum err err = read_settlement(first, arena, &a);
    if (err == ERR_OK)
        err = read_settlement(second, arena, &b);
    if (err == ERR_OK && !find_line(a, b, out))
        find_step(a, b, out);
    return err;
}
