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
