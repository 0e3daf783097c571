/* Accumulator movements of one settlement: sorted, merged, none of them zero. Settler's thread (and
 * every offline tool). */
#include <string.h>

#include "adjudicate/delta.h"

const char *delta_merge(struct result *out, const struct accum *delta)
{
    uint32_t at = out->delta_count;
    while (at > 0) {
        int order = accum_compare(&out->deltas[at - 1], delta);
        if (order == 0) {
            out->deltas[at - 1].value += delta->value;
            return NULL;
        }
        if (order < 0)
            break;
        at--;
    }
    if (out->delta_count == DELTAS_MAX)
        return "too many accumulators are moved";
    memmove(&out->deltas[at + 1], &out->deltas[at], (out->delta_count - at) * sizeof *delta);
    out->deltas[at] = *delta;
    out->delta_count++;
    return NULL;
}

void delta_add(struct run *r, enum accum_kind kind, const char *scope, int64_t value)
{
    if (value == 0)
        return;
    struct accum delta = {
        .year = r->out->year, .insutype = r->out->insutype, .kind = (uint8_t)kind, .value = value};
    memcpy(delta.scope, scope, strnlen(scope, ACCUM_SCOPE));
    const char *what = delta_merge(r->out, &delta);
    if (what)
        r->broken = what;
}

int64_t delta_moved(const struct run *r, enum accum_kind kind, const char *scope)
{
    const struct result *out = r->out;
    int64_t sum = 0;
    for (uint32_t i = 0; i < out->delta_count; i++)
        if (out->deltas[i].kind == kind && strcmp(out->deltas[i].scope, scope) == 0)
            sum += out->deltas[i].value;
    return sum;
}

int64_t delta_sum(const struct run *r, enum accum_kind kind, const char *scope)
{
    const struct result *out = r->out;
    return accum_get(r->in->accums, out->year, out->insutype, kind, scope) +
           delta_moved(r, kind, scope);
}

/* Over all scopes "<name>/...", or only those with the suffix. */
static int64_t sum_values(const struct accum *list, uint32_t count, const struct result *out,
                          enum accum_kind kind, const char *name, const char *suffix)
{
    size_t length = strlen(name);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct accum *a = &list[i];
        if (a->kind == kind && a->year == out->year && a->insutype == out->insutype &&
            strncmp(a->scope, name, length) == 0 && a->scope[length] == '/' &&
            (!suffix || strcmp(a->scope + strcspn(a->scope, "@"), suffix) == 0))
            sum += a->value;
    }
    return sum;
}

int64_t delta_sum_below(const struct run *r, enum accum_kind kind, const char *prefix)
{
    const struct accums *accums = r->in->accums;
    return sum_values(accums->list, accums->count, r->out, kind, prefix, NULL) +
           sum_values(r->out->deltas, r->out->delta_count, r->out, kind, prefix, NULL);
}

int64_t delta_moved_values(const struct run *r, enum accum_kind kind, const char *name,
                           const char *suffix)
{
    return sum_values(r->out->deltas, r->out->delta_count, r->out, kind, name, suffix);
}

int64_t delta_sum_values(const struct run *r, enum accum_kind kind, const char *name,
                         const char *suffix)
{
    const struct accums *accums = r->in->accums;
    return sum_values(accums->list, accums->count, r->out, kind, name, suffix) +
           delta_moved_values(r, kind, name, suffix);
}

/* The year, in two digits, tells a late settlement's December from the next one's. */
static size_t put_digits(char *to, int two_digits)
{
    two_digits %= 100;
    to[0] = (char)('0' + two_digits / 10);
    to[1] = (char)('0' + two_digits % 10);
    return 2;
}

const char *delta_span(const struct run *r, const char *scope, enum rule_per per, char *buf)
{
    if (per == PER_YEAR)
        return scope;
    size_t used = strlen(scope);
    CHECK(used + rule_span_length(per) <= ACCUM_SCOPE);
    memcpy(buf, scope, used);
    if (per == PER_HOSPITAL_YEAR) {
        buf[used] = '#';
        memcpy(buf + used + 1, r->in->institution->fixmedins_code, ID_FIXMEDINS + 1);
        return buf;
    }
    struct civil day = date_civil(r->in->claim->begntime);
    buf[used++] = '@';
    used += put_digits(buf + used, day.year);
    if (per == PER_QUARTER) {
        buf[used++] = 'Q';
        buf[used++] = (char)('1' + (day.month - 1) / 3);
    } else {
        used += put_digits(buf + used, day.month);
    }
    if (per == PER_DAY)
        used += put_digits(buf + used, day.day);
    buf[used] = '\0';
    return buf;
}

void delta_count(struct run *r, const struct layer *layer, enum accum_kind kind, int64_t value)
{
    uint8_t spans = kind == ACCUM_BASE ? layer->base_spans : layer->paid_spans;
    const char *own = delta_own(r, layer);
    char scope[ACCUM_SCOPE + 1];
    delta_add(r, kind, own, value);
    for (; spans != 0; spans &= (uint8_t)(spans - 1))
        delta_add(r, kind, delta_span(r, own, (enum rule_per)__builtin_ctz(spans), scope), value);
}

const char *delta_scope(const char *prefix, const char *name, char *buf)
{
    size_t head = strlen(prefix), tail = strlen(name);
    /* The pack's checker bounds both names. */
    CHECK(head + 1 + tail <= ACCUM_SCOPE);
    memcpy(buf, prefix, head);
    buf[head] = '/';
    memcpy(buf + head + 1, name, tail + 1);
    return buf;
}
