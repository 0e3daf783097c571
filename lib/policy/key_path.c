/* Reads a path and walks a document along it. */
#include "policy/key_path.h"

#include <stdio.h>
#include <string.h>

/* Words of the policy language: letters, digits and _; a value may also have a dash or a dot. */
#define KEY_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define DOTTED_LETTERS KEY_LETTERS "."
#define VALUE_LETTERS KEY_LETTERS ".-"

/* The word at *text, made to end where it ends: *text moves behind what followed it, *next is that
 * character. NULL: there is no word. */
static const char *take(char **text, const char *letters, char *next)
{
    char *word = *text;
    size_t size = strspn(word, letters);
    *next = word[size];
    if (size == 0)
        return NULL;
    word[size] = '\0';
    *text = word + size + (*next != '\0');
    return word;
}

/* What stands between the brackets; *text moves behind the closing one. */
static bool take_conditions(char **text, struct key_step *step)
{
    char next = ',';
    step->items = true;
    if (**text == ']') {
        ++*text;
        return true;
    }
    while (next == ',') {
        if (step->condition_count == KEY_CONDITIONS_MAX)
            return false;
        struct key_condition *condition = &step->conditions[step->condition_count++];
        *text += strspn(*text, " ");
        condition->key = take(text, DOTTED_LETTERS, &next);
        if (!condition->key || next != '=')
            return false;
        condition->value = take(text, VALUE_LETTERS, &next);
        if (!condition->value)
            return false;
    }
    return next == ']';
}

static bool take_steps(char *text, struct key_path *out)
{
    char next = '.';
    while (next == '.') {
        if (out->count == KEY_STEPS_MAX)
            return false;
        struct key_step *step = &out->steps[out->count++];
        step->key = take(&text, KEY_LETTERS, &next);
        if (!step->key)
            return false;
        if (next != '[')
            continue;
        if (!take_conditions(&text, step))
            return false;
        next = *text;
        text += next != '\0';
    }
    return next == '\0';
}

bool key_path_read(const struct yaml_node *node, struct arena *arena, struct key_path *out,
                   bool *no_memory)
{
    const char *text;
    *out = (struct key_path){0};
    if (!yaml_text(node, KEY_PATH_MAX, &text))
        return false;
    char *copy = arena_copy(arena, text, strlen(text));
    *no_memory |= !copy;
    if (!copy)
        return false;
    if (take_steps(copy, out))
        return true;
    yaml_fault(node, "“%s”不是键的路径，如 layers[layer=名称].caps[on=payment].yuan",
               "\"%s\" is no path of keys, such as layers[layer=name].caps[on=payment].yuan", text);
    return false;
}

static const struct yaml_node *get_dotted(const struct yaml_node *node, const char *keys)
{
    char key[KEY_PATH_MAX + 1];
    while (node && *keys) {
        size_t size = strcspn(keys, ".");
        memcpy(key, keys, size);
        key[size] = '\0';
        node = yaml_get(node, key);
        keys += size + (keys[size] == '.');
    }
    return node;
}

static bool is_text(const struct yaml_node *node, const char *value)
{
    const char *text = yaml_scalar(node);
    return text && strcmp(text, value) == 0;
}

static bool may_be(const struct yaml_node *stated, const char *value)
{
    if (!stated || is_text(stated, value))
        return true;
    for (size_t i = 0; yaml_kind(stated) == YAML_SEQUENCE && i < yaml_count(stated); i++)
        if (is_text(yaml_item(stated, i), value))
            return true;
    return false;
}

/* not_identities beside identities: for whom the item is not. */
static bool leaves_out(const struct yaml_node *item, const struct key_condition *condition)
{
    char key[sizeof "not_" + KEY_PATH_MAX];
    snprintf(key, sizeof key, "not_%s", condition->key);
    const struct yaml_node *stated = yaml_get(item, key);
    return stated && may_be(stated, condition->value);
}

static bool meets(const struct yaml_node *item, const struct key_step *step)
{
    for (uint8_t i = 0; i < step->condition_count; i++) {
        const struct key_condition *condition = &step->conditions[i];
        if (yaml_kind(item) != YAML_MAPPING ||
            !may_be(get_dotted(item, condition->key), condition->value) ||
            leaves_out(item, condition))
            return false;
    }
    return true;
}

static void walk(const struct key_path *path, uint8_t at, const struct yaml_node *node,
                 key_path_visit *visit, void *context)
{
    if (at == path->count) {
        visit(context, node, node, true);
        return;
    }
    const struct key_step *step = &path->steps[at];
    const struct yaml_node *under = yaml_get(node, step->key);
    if (!under) {
        visit(context, NULL, node, at + 1 == path->count);
        return;
    }
    if (!step->items) {
        walk(path, (uint8_t)(at + 1), under, visit, context);
        return;
    }
    bool any = false;
    for (size_t i = 0; yaml_kind(under) == YAML_SEQUENCE && i < yaml_count(under); i++) {
        const struct yaml_node *item = yaml_item(under, i);
        if (!meets(item, step))
            continue;
        any = true;
        walk(path, (uint8_t)(at + 1), item, visit, context);
    }
    if (!any)
        visit(context, NULL, under, false);
}

void key_path_walk(const struct key_path *path, const struct yaml_node *root, key_path_visit *visit,
                   void *context)
{
    walk(path, 0, root, visit, context);
}
