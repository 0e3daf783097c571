/* Situations as the rules ask about them. Pure. */
#include "policy/situation.h"

#include <string.h>

#include "policy/policy.h"

/* The last that is not after `code`; NULL when all are. */
static const char *last_before(const struct code_list *list, const char *code)
{
    uint32_t from = 0, to = list->count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (strcmp(list->codes[middle], code) <= 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from > 0 ? list->codes[from - 1] : NULL;
}

/* Nothing sorts between a prefix and a code that it begins, except what it begins too. */
bool code_list_begins(const struct code_list *list, const char *code)
{
    const char *prefix = last_before(list, code);
    return prefix && strncmp(prefix, code, strlen(prefix)) == 0;
}

bool code_list_has(const struct code_list *list, const char *code)
{
    const char *found = last_before(list, code);
    return found && strcmp(found, code) == 0;
}

static bool all_begun(const struct code_list *b, const struct code_list *a)
{
    for (uint32_t i = 0; i < b->count; i++)
        if (!code_list_begins(a, b->codes[i]))
            return false;
    return true;
}

static bool all_had(const struct code_list *b, const struct code_list *a)
{
    for (uint32_t i = 0; i < b->count; i++)
        if (!code_list_has(a, b->codes[i]))
            return false;
    return true;
}

static bool match_within(const struct matcher *b, const struct matcher *a, enum match match)
{
    switch (match) {
    case MATCH_KINDS:
        return !(b->kinds & ~a->kinds);
    case MATCH_MED_TYPES:
        return !(b->med_types & ~a->med_types);
    case MATCH_INSUTYPES:
        return !(b->insutypes & ~a->insutypes);
    case MATCH_CLASSES:
        return !(b->classes & ~a->classes);
    case MATCH_SEX:
        return b->sex == a->sex;
    case MATCH_AGE:
        return b->age_min >= a->age_min && b->age_max <= a->age_max;
    case MATCH_DISTANCE:
        return !(b->distances & ~a->distances);
    case MATCH_FILING:
        return !(b->filings & ~a->filings);
    case MATCH_DISEASES:
        return all_begun(&b->diseases, &a->diseases);
    case MATCH_OPERATIONS:
        return all_begun(&b->operations, &a->operations);
    case MATCH_INSTITUTIONS:
        return all_had(&b->institutions, &a->institutions);
    case MATCH_INSTITUTION_TAGS:
        return !(b->institution_tags & ~a->institution_tags);
    case MATCH_DELIVERY:
        return all_had(&b->delivery, &a->delivery);
    case MATCH_FETUS_CNT:
        return b->fetus_cnt.from >= a->fetus_cnt.from && b->fetus_cnt.to <= a->fetus_cnt.to;
    case MATCH_FETTS:
        return b->fetts.from >= a->fetts.from && b->fetts.to <= a->fetts.to;
    case MATCH_BIRCTRL:
        return all_had(&b->birctrl, &a->birctrl);
    case MATCH_EMERGENCY:
        return b->emergency == a->emergency;
    case MATCH_TRAUMA:
        return b->trauma == a->trauma;
    case MATCH_NEWBORN:
        return b->newborn == a->newborn;
    case MATCH_CVLSERV_LV:
        return all_had(&b->cvlserv_lv, &a->cvlserv_lv);
    case MATCH_PRESCRIBER_GRADES:
        return !(b->prescriber_grades & ~a->prescriber_grades);
    case MATCH_TRANSFER:
        return !(b->transfers & ~a->transfers) && b->transfer_days <= a->transfer_days;
    case MATCH_GRADES:
        return !(b->grades & ~a->grades);
    case MATCH_BREAK_DAYS:
        return b->break_days >= a->break_days;
    case MATCHES:
        break;
    }
    CHECK(!"a match");
}

bool matcher_within(const struct matcher *b, const struct matcher *a)
{
    if (a->asked & ~b->asked)
        return false;
    for (uint32_t left = a->asked; left != 0; left &= left - 1)
        if (!match_within(b, a, (enum match)__builtin_ctz(left)))
            return false;
    return true;
}

static bool possible(const struct matcher *when, uint32_t kinds, uint32_t insutypes,
                     uint32_t classes)
{
    return (!(when->asked >> MATCH_KINDS & 1) || (when->kinds & kinds)) &&
           (!(when->asked >> MATCH_INSUTYPES & 1) || (when->insutypes & insutypes)) &&
           (!(when->asked >> MATCH_CLASSES & 1) || (when->classes & classes));
}

uint16_t dimension_possible(const struct dimension *dimension, uint32_t kinds, uint32_t insutypes,
                            uint32_t classes)
{
    uint16_t mask = 0;
    for (uint8_t i = 0; i < dimension->value_count; i++)
        if (possible(&dimension->values[i].when, kinds, insutypes, classes))
            mask |= (uint16_t)(1u << i);
    return mask;
}

uint16_t layer_situations(const struct policy *policy, const struct layer *layer, uint32_t classes,
                          uint8_t dimension)
{
    uint16_t mask =
        dimension_possible(&policy->dimensions[dimension], layer->kinds, layer->insutypes, classes);
    return layer->in.dimensions >> dimension & 1 ? mask & layer->in.values[dimension] : mask;
}
