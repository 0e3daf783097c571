/* What the pack calls its names in Chinese: who reads English, where ids stand in their place, sees
 * that a printed name changed. */
#include "review/statements.h"

static void tell_title(struct statements *s, const char *id, const char *name_zh)
{
    fputs(name_zh,
          tell_named(s, "title", in_words(s->lang, "名称", "printed in Chinese:"), id, id));
    told(s);
}

static void tell_situation_titles(struct statements *s)
{
    const struct policy *p = s->policy;
    for (uint8_t i = 0; i < p->dimension_count; i++) {
        const struct dimension *dimension = &p->dimensions[i];
        tell_title(s, dimension->name, dimension->name_zh);
        for (uint8_t j = 0; j < dimension->value_count; j++)
            tell_title(s, dimension->values[j].id, dimension->values[j].name_zh);
    }
}

static void tell_benefit_titles(struct statements *s)
{
    const struct policy *p = s->policy;
    for (uint8_t i = 0; i < p->layer_count; i++)
        tell_title(s, p->layers[i].id, p->layers[i].name_zh);
    for (uint8_t i = 0; i < p->lines.ceiling_count; i++)
        tell_title(s, p->lines.ceilings[i].id, p->lines.ceilings[i].name_zh);
    for (uint8_t i = 0; p->packages && i < p->packages->count; i++)
        tell_title(s, p->packages->list[i].id, p->packages->list[i].name_zh);
    for (uint8_t i = 0; p->allowances && i < p->allowances->count; i++)
        tell_title(s, p->allowances->list[i].id, p->allowances->list[i].name_zh);
}

void tell_titles(struct statements *s)
{
    const struct policy *p = s->policy;
    for (uint16_t i = 0; i < p->title_count; i++)
        tell_title(s, p->titles[i].name, p->titles[i].zh);
    for (uint8_t i = 0; i < p->identity_count; i++)
        tell_title(s, p->identities[i].name, p->identities[i].name_zh);
    for (uint8_t i = 0; i < p->filing_count; i++)
        tell_title(s, p->filings[i].name, p->filings[i].name_zh);
    tell_situation_titles(s);
    tell_benefit_titles(s);
}
