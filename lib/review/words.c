/* Names that every command says alike. */
#include "review/words.h"

#include <stdarg.h>
#include <string.h>

bool lang_parse(const char *text, enum lang *lang)
{
    *lang = strcmp(text, "en") == 0 ? LANG_EN : LANG_ZH;
    return *lang == LANG_EN || strcmp(text, "zh") == 0;
}

void say(FILE *out, enum lang lang, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    vfprintf(out, in_words(lang, zh, en), args);
    va_end(args);
}

const char *provenance_name(enum lang lang, enum provenance provenance)
{
    if (lang == LANG_ZH)
        return provenance_zh(provenance);
    return provenance == PROVENANCE_SECONDARY ? "secondary, unverified"
                                              : provenance_key(provenance);
}

const char *layer_name(enum lang lang, const struct policy *policy, const char *id)
{
    const struct layer *layer = policy_layer(policy, id);
    if (!layer && strcmp(id, "family") == 0)
        return in_words(lang, "家庭共济账户", "family account");
    const struct ceiling *ceiling = policy_ceiling(policy, id);
    if (ceiling)
        return in_words(lang, ceiling->name_zh, ceiling->id);
    if (!layer && strcmp(id, "hospital") == 0)
        return in_words(lang, "医疗机构负担", "the hospital's part");
    for (uint8_t i = 0; policy->packages && i < policy->packages->count; i++)
        if (strcmp(policy->packages->list[i].id, id) == 0)
            return in_words(lang, policy->packages->list[i].name_zh, id);
    if (!layer)
        return in_words(lang, "个人账户", "personal account");
    return in_words(lang, layer->name_zh, layer->id);
}

const char *owner_name(enum lang lang, enum owner_kind kind)
{
    switch (kind) {
    case OWNER_COUNTY:
        return in_words(lang, "县区基金", "the county's fund");
    case OWNER_INSURER:
        return in_words(lang, "承办保险公司", "the insurer");
    case OWNER_CIVIL_SERVANT:
        return in_words(lang, "公务员补助资金", "the civil servants' subsidy");
    case OWNER_ASSISTANCE:
        return in_words(lang, "医疗救助资金", "the assistance fund");
    case OWNER_ACCOUNT:
        return in_words(lang, "本人账户", "the own account");
    case OWNER_HOSPITAL:
        return in_words(lang, "医疗机构", "the hospital");
    case OWNER_RELATIVE:
        return in_words(lang, "亲属账户", "the relatives' accounts");
    }
    CHECK(!"an owner");
}

const char *accum_name(enum lang lang, enum accum_kind kind)
{
    switch (kind) {
    case ACCUM_STAYS:
        return in_words(lang, "住院次数", "stays");
    case ACCUM_VISITS:
        return in_words(lang, "就诊次数", "visits");
    case ACCUM_DEDC:
        return in_words(lang, "起付标准", "deductible");
    case ACCUM_PAID:
        return in_words(lang, "支付", "paid");
    case ACCUM_BASE:
        return in_words(lang, "累计基数", "cumulated base");
    case ACCUM_BANDS:
        return in_words(lang, "分段累计", "bands run over");
    }
    CHECK(!"an accumulator");
}

bool accum_is_count(enum accum_kind kind)
{
    return kind == ACCUM_STAYS || kind == ACCUM_VISITS;
}
