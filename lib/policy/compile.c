/* Reads that every part of a policy shares: names and their masks, clauses, copies. */
#include "policy/compile.h"

#include <stdio.h>
#include <string.h>

void *compile_alloc(struct compile *c, size_t size)
{
    void *p = arena_alloc(c->arena, size);
    c->out_of_memory |= !p;
    return p;
}

const char *compile_copy(struct compile *c, const char *text)
{
    const char *copy = arena_copy(c->arena, text, strlen(text));
    c->out_of_memory |= !copy;
    return copy ? copy : "";
}

static bool all_of(const char *text, const char *accepted)
{
    return text[strspn(text, accepted)] == '\0';
}

static bool take_name(struct compile *c, const struct yaml_node *node, const char *text,
                      const char **out)
{
    if (!all_of(text, "abcdefghijklmnopqrstuvwxyz0123456789_") || text[0] < 'a' || text[0] > 'z') {
        yaml_fault(node, "“%s”不是名称：用小写字母、数字和下划线，字母开头",
                   "\"%s\" is no name: lower-case letters, digits and _, a letter first", text);
        return false;
    }
    *out = compile_copy(c, text);
    return true;
}

static bool is_id(const char *text)
{
    return all_of(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
}

bool compile_name(struct compile *c, const struct yaml_node *node, const char **out)
{
    const char *text;
    return yaml_text(node, NAME_MAX_BYTES, &text) && take_name(c, node, text, out);
}

bool compile_key(struct compile *c, const struct yaml_node *map, size_t i, const char **out)
{
    const struct yaml_node *node = yaml_item(map, i);
    const char *text = yaml_key(map, i);
    if (strlen(text) > NAME_MAX_BYTES) {
        yaml_fault(node, "名称至多 %d 字节", "a name has at most %d bytes", NAME_MAX_BYTES);
        return false;
    }
    return take_name(c, node, text, out);
}

bool compile_id(struct compile *c, const struct yaml_node *node, const char **out)
{
    const char *text;
    if (!yaml_text(node, ID_MAX_BYTES, &text))
        return false;
    if (!is_id(text)) {
        yaml_fault(node, "“%s”有误：只用字母、数字、- 和 _",
                   "\"%s\": only letters, digits, - and _", text);
        return false;
    }
    *out = compile_copy(c, text);
    return true;
}

bool compile_title(struct compile *c, const struct yaml_node *node, const char **out)
{
    const char *text;
    if (!yaml_text(node, TITLE_MAX_BYTES, &text))
        return false;
    *out = compile_copy(c, text);
    return true;
}

bool compile_digits(const struct yaml_node *node, size_t min, size_t max, const char **out)
{
    const char *text;
    if (!yaml_text(node, max, &text))
        return false;
    if (strlen(text) < min || !all_of(text, "0123456789")) {
        yaml_fault(node, "“%s”有误，应为 %zu 至 %zu 位数字",
                   "found \"%s\", expected %zu to %zu digits", text, min, max);
        return false;
    }
    *out = text;
    return true;
}

bool compile_index(const struct yaml_node *node, const char *const names[], size_t count,
                   size_t *index)
{
    const char *text;
    if (!yaml_text(node, ID_MAX_BYTES, &text))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    char list[YAML_NAMES_TEXT];
    yaml_list_names(names, count, list);
    yaml_fault(node, "“%s”未定义，已定义的有：%s", "\"%s\" is not defined; defined are: %s", text,
               list);
    return false;
}

bool compile_mask(const struct yaml_node *node, const char *const names[], size_t count,
                  uint32_t *mask)
{
    if (!yaml_seq(node, 1, 32))
        return false;
    uint32_t bits = 0;
    bool fine = true;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        size_t index = 0;
        if (!compile_index(item, names, count, &index)) {
            fine = false;
        } else if (bits & UINT32_C(1) << index) {
            yaml_object(item, "“%s”重复", "\"%s\" occurs twice", names[index]);
        } else {
            bits |= UINT32_C(1) << index;
        }
    }
    if (fine)
        *mask = bits;
    return fine;
}

bool compile_insutype_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask)
{
    const char *names[POLICY_INSUTYPES_MAX];
    char texts[POLICY_INSUTYPES_MAX][8];
    for (size_t i = 0; i < c->policy->insutype_count; i++) {
        snprintf(texts[i], sizeof texts[i], "%u", c->policy->insutypes[i]);
        names[i] = texts[i];
    }
    return compile_mask(node, names, c->policy->insutype_count, mask);
}

bool compile_class_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask)
{
    const char *names[POLICY_CLASSES_MAX];
    for (size_t i = 0; i < c->policy->class_count; i++)
        names[i] = c->policy->classes[i].name;
    return compile_mask(node, names, c->policy->class_count, mask);
}

bool compile_identity_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask)
{
    const char *names[POLICY_IDENTITIES_MAX];
    for (size_t i = 0; i < c->policy->identity_count; i++)
        names[i] = c->policy->identities[i].name;
    return compile_mask(node, names, c->policy->identity_count, mask);
}

bool compile_kind_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask)
{
    return compile_mask(node, c->policy->kinds, c->policy->kind_count, mask);
}

bool compile_grade_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask)
{
    return compile_mask(node, c->policy->grades, c->policy->grade_count, mask);
}

bool compile_ages(const struct yaml_node *node, int16_t *min, int16_t *max)
{
    static const char *const keys[] = {"from", "to", NULL};
    int64_t age;
    *min = 0;
    *max = INT16_MAX;
    if (!yaml_mapping(node, keys))
        return false;
    if (yaml_integer(yaml_get(node, "from"), 0, 200, &age))
        *min = (int16_t)age;
    if (yaml_integer(yaml_get(node, "to"), 0, 200, &age))
        *max = (int16_t)age;
    if (*min > *max)
        yaml_fault(node, "年龄上限小于下限", "the upper age is below the lower");
    return true;
}

uint16_t compile_clause_of(const struct compile *c, const struct yaml_node *node)
{
    const char *text;
    if (!yaml_text(node, ID_MAX_BYTES, &text))
        return 0;
    for (uint16_t i = 1; i < c->policy->clause_count; i++)
        if (strcmp(c->policy->clauses[i].id, text) == 0)
            return i;
    yaml_fault(node, "条款“%s”未定义，应为 clauses 中的一个",
               "clause \"%s\" is not defined, expected one under clauses", text);
    return 0;
}

uint16_t compile_clause(const struct compile *c, const struct yaml_node *map, bool needed)
{
    return compile_clause_of(c, needed ? yaml_need(map, "clause") : yaml_get(map, "clause"));
}

static const char *const provenances[] = {"official", "secondary", "illustrative", NULL};

static void one_clause(struct compile *c, const struct yaml_node *map, size_t i,
                       struct policy_clause *out)
{
    static const char *const keys[] = {"text", "provenance", NULL};
    const struct yaml_node *node = yaml_item(map, i);
    const char *id = yaml_key(map, i), *text;
    out->id = compile_copy(c, id);
    out->text = "";
    if (strlen(id) > ID_MAX_BYTES || !is_id(id))
        yaml_fault(node, "条款编号有误：至多 %d 个字母、数字、- 或 _",
                   "a clause id has at most %d letters, digits, - or _", ID_MAX_BYTES);
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_text(yaml_need(node, "text"), CLAUSE_TEXT_MAX, &text))
        out->text = compile_copy(c, text);
    int provenance = PROVENANCE_ILLUSTRATIVE;
    if (yaml_name(yaml_need(node, "provenance"), provenances, &provenance))
        out->provenance = (enum provenance)provenance;
}

void compile_clauses(struct compile *c, const struct yaml_node *node)
{
    size_t count = yaml_map(node, NULL) ? yaml_count(node) : 0;
    if (count > POLICY_CLAUSES_MAX) {
        yaml_fault(node, "条款过多，上限 %d", "too many clauses, the limit is %d",
                   POLICY_CLAUSES_MAX);
        count = 0;
    }
    struct policy_clause *clauses = compile_alloc(c, (count + 1) * sizeof *clauses);
    if (!clauses)
        return;
    clauses[0] = (struct policy_clause){.id = "", .text = ""};
    for (size_t i = 0; i < count; i++)
        one_clause(c, node, i, &clauses[i + 1]);
    c->policy->clauses = clauses;
    c->policy->clause_count = (uint16_t)(count + 1);
}
