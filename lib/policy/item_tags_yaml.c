/* item_tags, and the lists of item codes that scopes name. */
#include <stdlib.h>
#include <string.h>

#include "policy/compile.h"

#define CODES_MAX 1000

void compile_item_tags(struct compile *c, const struct yaml_node *node)
{
    struct line_rules *lines = &c->policy->lines;
    lines->items = c->first ? c->first->lines.items : compile_alloc(c, sizeof *lines->items);
    if (!node || !yaml_seq(node, 1, ITEM_TAGS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *name;
        if (!compile_name(c, yaml_item(node, i), &name))
            continue;
        if (policy_item_tag(c->policy, name) >= 0)
            yaml_fault(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", name);
        else
            lines->item_tags[lines->item_tag_count++] = name;
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, and none within another: that would be a slip of whoever wrote it. */
static bool sort_codes(const struct yaml_node *node, const char *codes[], size_t count)
{
    qsort(codes, count, sizeof *codes, compare);
    for (size_t i = 1; i < count; i++) {
        if (strncmp(codes[i - 1], codes[i], strlen(codes[i - 1])) != 0)
            continue;
        yaml_fault(node, "“%s”已包含“%s”", "\"%s\" holds \"%s\" already", codes[i - 1], codes[i]);
        return false;
    }
    return true;
}

static bool same_list(const struct item_list *list, const char *const codes[], size_t count)
{
    bool same = list->count == count;
    for (size_t i = 0; same && i < count; i++)
        same = strcmp(list->prefixes[i], codes[i]) == 0;
    return same;
}

uint32_t compile_item_list(struct compile *c, const struct yaml_node *node)
{
    struct item_lists *lists = c->policy->lines.items;
    if (!node || !lists || !yaml_seq(node, 1, CODES_MAX))
        return 0;
    size_t count = 0;
    const char **codes = compile_alloc(c, yaml_count(node) * sizeof *codes);
    for (size_t i = 0; codes && i < yaml_count(node); i++) {
        const char *text;
        if (yaml_text(yaml_item(node, i), CATALOGUE_CODE - 1, &text))
            codes[count++] = compile_copy(c, text);
    }
    if (!codes || count == 0 || !sort_codes(node, codes, count))
        return 0;
    uint8_t i = 0;
    while (i < lists->count && !same_list(&lists->lists[i], codes, count))
        i++;
    if (i == ITEM_LISTS_MAX) {
        yaml_fault(node, "项目清单过多，上限 %d", "too many lists of items, the limit is %d",
                   ITEM_LISTS_MAX);
        return 0;
    }
    if (i == lists->count)
        lists->lists[lists->count++] = (struct item_list){(uint16_t)count, codes};
    return UINT32_C(1) << (ITEM_TAGS_MAX + i);
}
