/* Small words of the printed answer. */
#include "show.h"

#include <string.h>

#include "base/check.h"

const char *show_text(const char *text)
{
    return text ? text : "";
}

const char *show_insutype(const char *insutype)
{
    static const char *const names[][2] = {
        {"310", "职工基本医疗保险"}, {"390", "城乡居民基本医疗保险"}, {"340", "离休人员医疗保障"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i][0], show_text(insutype)) == 0)
            return names[i][1];
    return "险种";
}

/* The name of the id that is `size` bytes long, or NULL. */
static const char *name_of(const struct show *show, const char *id, size_t size)
{
    const Copay__ReplyEnvelope *e = show->envelope;
    for (size_t i = 0; e && i < e->n_names; i++)
        if (strlen(e->names[i]->id) == size && memcmp(e->names[i]->id, id, size) == 0)
            return e->names[i]->name;
    return NULL;
}

const char *show_layer(const struct show *show, const char *layer)
{
    const char *id = show_text(layer), *name = name_of(show, id, strlen(id));
    if (name)
        return name;
    return strcmp(id, "account") == 0 ? "个人账户" : id;
}

const char *show_scope(const struct show *show, const char *scope, char buf[SHOW_SCOPE])
{
    const char *text = show_text(scope);
    size_t size = strcspn(text, "/");
    const char *name = name_of(show, text, size);
    if (!name)
        return text;
    snprintf(buf, SHOW_SCOPE, "%s%s", name, text + size);
    return buf;
}

const char *show_code(const struct show *show, const char *field, const char *code,
                      char buf[SHOW_SCOPE])
{
    char id[SHOW_SCOPE];
    snprintf(id, sizeof id, "%s:%s", field, show_text(code));
    const char *name = name_of(show, id, strlen(id));
    snprintf(buf, SHOW_SCOPE, name ? "%s（%s）" : "%s", name ? name : show_text(code),
             show_text(code));
    return buf;
}

const char *show_clause(const char *clause, char buf[SHOW_CLAUSE])
{
    snprintf(buf, SHOW_CLAUSE, clause && *clause ? "〔%s〕" : "%s", show_text(clause));
    return buf;
}

const char *show_kind(const char *kind)
{
    static const char *const names[][2] = {{"stays", "住院次数"},    {"visits", "就诊次数"},
                                           {"dedc", "起付标准累计"}, {"paid", "支付累计"},
                                           {"base", "合规费用累计"}, {"bands", "分段累计"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i][0], kind) == 0)
            return names[i][1];
    return kind;
}

const char *show_value(const Copay__Accumulator *accumulator, int64_t value, char *buf)
{
    bool count =
        strcmp(accumulator->kind, "stays") == 0 || strcmp(accumulator->kind, "visits") == 0;
    return count ? money_format(value, 0, -1, buf) : money_yuan(value, buf);
}
