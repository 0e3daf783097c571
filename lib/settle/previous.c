/* Settlements of a person hang on each other newest first; of the stays among them the last one
 * counts, and what it consumed together with those that it continued. */
#include "settle/previous.h"

#include <string.h>

int32_t previous_since(const struct policy *policy, int64_t begntime)
{
    return date_of_time(begntime) - policy->look_back_days;
}

/* A link that does not lead back in time is damage, and would never end. */
static enum err read_linked(struct turn *turn, const char *setl_id, uint64_t *newer,
                            struct settlement *out)
{
    uint64_t sequence;
    enum err err = id_parse_setl(setl_id, &sequence);
    if (err != ERR_OK || sequence >= *newer)
        return ERR_CORRUPT;
    *newer = sequence;
    err = state_settlement(turn->state, setl_id, out);
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

static bool is_stay(const struct settlement *s)
{
    return strcmp(s->infno, "2304") == 0 && !s->refd_setl_flag && s->void_setl_id[0] == '\0';
}

static bool take(const struct previous_search *search, const struct settlement *s,
                 struct previous_stay *out)
{
    const struct institution *institution = pack_institution(search->pack, s->fixmedins_code);
    if (!institution)
        return false;
    *out = (struct previous_stay){.end_date = date_of_time(s->endtime),
                                  .dedc_grade = institution->dedc_grade,
                                  .fixmedins_code = institution->fixmedins_code,
                                  .dise_codg = "",
                                  .year = s->year,
                                  .insutype = s->insutype};
    return true;
}

enum err previous_find(struct turn *turn, const struct previous_search *search,
                       struct previous_stay *out, bool *found)
{
    char setl_id[ID_SETL + 1];
    uint64_t newer = UINT64_MAX;
    struct settlement *s = arena_alloc_raw(search->arena, sizeof *s);
    *found = false;
    if (!s)
        return ERR_NOMEM;
    TEXT_SET(setl_id, search->newest);
    while (setl_id[0]) {
        enum err err = read_linked(turn, setl_id, &newer, s);
        if (err != ERR_OK)
            return err;
        /* A bill may run a day ahead of the clock (claim.c), so its end may. */
        if (!*found && s->business_date + 1 < search->since)
            break;
        if (is_stay(s) && strcmp(s->setl_id, search->without) != 0) {
            if (!*found && !take(search, s, out))
                break;
            *found = true;
            if (s->insutype == out->insutype)
                out->consumed += s->totals.act_pay_dedc;
            if (adjudicate_counted(s->deltas, s->delta_count))
                break;
        }
        TEXT_SET(setl_id, s->prev_setl_id);
    }
    return ERR_OK;
}
