/* Typed reads of a YAML tree, and the wording of what they refuse. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "base/utf8.h"
#include "base/yaml_node.h"

#define PATH_TEXT 128
#define SHOWN_MAX 40 /* bytes of a value quoted in a fault */

/* Such as layers[2].deductible.table[0].yuan; `below` is a key under the node, or NULL. */
static void write_path(const struct yaml_node *node, const char *below, char out[PATH_TEXT])
{
    const struct yaml_node *chain[YAML_DEPTH_MAX + 1];
    size_t n = 0, used = 0;
    for (; node->parent; node = node->parent) {
        CHECK(n < ARRAY_LEN(chain));
        chain[n++] = node;
    }
    out[0] = '\0';
    while (n > 0 && used < PATH_TEXT) {
        const struct yaml_node *step = chain[--n];
        const char *dot = used ? "." : "";
        int more = step->key ? snprintf(out + used, PATH_TEXT - used, "%s%s", dot, step->key)
                             : snprintf(out + used, PATH_TEXT - used, "[%u]", step->index);
        used += (size_t)more;
    }
    if (below && used < PATH_TEXT)
        snprintf(out + used, PATH_TEXT - used, "%s%s", used ? "." : "", below);
}

static void PRINTF_LIKE(2, 0) PRINTF_LIKE(3, 0)
    add(const struct yaml_node *node, const char *zh, const char *en, va_list args)
{
    char path[PATH_TEXT];
    if (node->refused)
        return;
    write_path(node, NULL, path);
    faults_vadd(node->yaml->faults, node->yaml->file, node->line, path, zh, en, args);
}

void yaml_fault(const struct yaml_node *node, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    add(node, zh, en, args);
    va_end(args);
}

void yaml_object(const struct yaml_node *node, const char *zh, const char *en, ...)
{
    const uint32_t before = faults_total(node->yaml->faults);
    va_list args;
    va_start(args, en);
    add(node, zh, en, args);
    va_end(args);
    faults_object(node->yaml->faults, before);
}

/* The two languages quote different things, so each text is composed by itself. */
static void expected(const struct yaml_node *node, const char *zh, const char *en)
{
    char path[PATH_TEXT], zh_text[400], en_text[400];
    struct yaml_hint hint;
    if (node->refused)
        return;
    write_path(node, NULL, path);
    if (node->kind == YAML_SCALAR) {
        int shown = (int)utf8_whole(node->text, strnlen(node->text, SHOWN_MAX));
        /* In a Chinese text its punctuation is at home. */
        bool chinese = strpbrk(node->text, "\xE4\xE5\xE6\xE7\xE8\xE9") != NULL;
        yaml_hint_wide(node->text, chinese ? 0 : strlen(node->text), &hint);
        snprintf(zh_text, sizeof zh_text, "“%.*s”有误，应为%s%s", shown, node->text, zh, hint.zh);
        snprintf(en_text, sizeof en_text, "found \"%.*s\", expected %s%s", shown, node->text, en,
                 hint.en);
    } else {
        bool list = node->kind == YAML_SEQUENCE;
        snprintf(zh_text, sizeof zh_text, "此处是%s，应为%s", list ? "列表" : "键值对", zh);
        snprintf(en_text, sizeof en_text, "found a %s, expected %s", list ? "list" : "mapping", en);
    }
    faults_put(node->yaml->faults, node->yaml->file, node->line, path, zh_text, en_text);
}

void yaml_list_names(const char *const names[], size_t count, char out[YAML_NAMES_TEXT])
{
    static const char more[] = ", …";
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count && names[i]; i++) {
        const bool last = i + 1 == count || !names[i + 1];
        const size_t room = YAML_NAMES_TEXT - used - (last ? 0 : sizeof more - 1);
        const size_t size = strlen(names[i]) + (i ? 2 : 0);
        if (size >= room) {
            snprintf(out + used, YAML_NAMES_TEXT - used, "%s", i ? more : "…");
            return;
        }
        used +=
            (size_t)snprintf(out + used, YAML_NAMES_TEXT - used, "%s%s", i ? ", " : "", names[i]);
    }
}

static int find_name(const char *const names[], const char *text)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    return -1;
}

void yaml_unknown(const char *key, const char *const keys[], char zh[YAML_UNKNOWN_TEXT],
                  char en[YAML_UNKNOWN_TEXT])
{
    char names[YAML_NAMES_TEXT];
    struct yaml_hint hint;
    yaml_list_names(keys, SIZE_MAX, names);
    yaml_hint_key(key, keys, &hint);
    snprintf(zh, YAML_UNKNOWN_TEXT, "未知的键%s，可用：%s", hint.zh, names);
    snprintf(en, YAML_UNKNOWN_TEXT, "unknown key%s, expected one of: %s", hint.en, names);
}

bool yaml_map(const struct yaml_node *node, const char *const keys[])
{
    if (!node)
        return false;
    if (node->kind != YAML_MAPPING) {
        expected(node, "键值对", "a mapping");
        return false;
    }
    if (node->yaml->watcher)
        node->yaml->watcher(node->yaml->watching, node, keys);
    bool fine = true;
    for (uint32_t i = 0; keys && i < node->count; i++) {
        if (find_name(keys, node->items[i]->key) >= 0)
            continue;
        char zh[YAML_UNKNOWN_TEXT], en[YAML_UNKNOWN_TEXT], path[PATH_TEXT];
        yaml_unknown(node->items[i]->key, keys, zh, en);
        write_path(node->items[i], NULL, path);
        faults_put(node->yaml->faults, node->yaml->file, node->items[i]->line, path, zh, en);
        fine = false;
    }
    return fine;
}

bool yaml_mapping(const struct yaml_node *node, const char *const keys[])
{
    return yaml_map(node, keys) || (node && node->kind == YAML_MAPPING);
}

const struct yaml_node *yaml_need(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *found = yaml_get(map, key);
    if (!found && map && map->kind == YAML_MAPPING) {
        char path[PATH_TEXT];
        write_path(map, key, path);
        faults_put(map->yaml->faults, map->yaml->file, map->line, path, "缺少该键",
                   "this key is missing");
    }
    return found;
}

bool yaml_seq(const struct yaml_node *node, size_t min, size_t max)
{
    if (!node)
        return false;
    if (node->kind != YAML_SEQUENCE) {
        expected(node, "列表", "a list");
        return false;
    }
    if (node->count >= min && node->count <= max)
        return true;
    yaml_fault(node, "列表有 %u 项，应为 %zu 至 %zu 项", "found %u items, expected %zu to %zu",
               node->count, min, max);
    return false;
}

/* The text of a scalar that says something; NULL (reported) otherwise. */
static const char *said(const struct yaml_node *node, const char *zh, const char *en)
{
    if (!node)
        return NULL;
    bool null = node->kind == YAML_SCALAR && node->plain &&
                (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
    if (node->kind == YAML_SCALAR && *node->text && !null)
        return node->text;
    expected(node, zh, en);
    return NULL;
}

bool yaml_text(const struct yaml_node *node, size_t max, const char **out)
{
    const char *text = said(node, "文本", "a text");
    if (!text)
        return false;
    if (strlen(text) > max) {
        char zh[100], en[100];
        snprintf(zh, sizeof zh, "至多 %zu 字节的文本（现有 %zu）", max, strlen(text));
        snprintf(en, sizeof en, "a text of %zu bytes at most (it has %zu)", max, strlen(text));
        expected(node, zh, en);
        return false;
    }
    uint32_t code;
    if (!utf8_printable(text, &code)) {
        char zh[100], en[100];
        snprintf(zh, sizeof zh, "不含控制字符的文本（现有 U+%04X）", code);
        snprintf(en, sizeof en, "a text without control characters (it has U+%04X)", code);
        const uint32_t before = faults_total(node->yaml->faults);
        expected(node, zh, en);
        faults_object(node->yaml->faults, before);
    }
    *out = text;
    return true;
}

bool yaml_integer(const struct yaml_node *node, int64_t min, int64_t max, int64_t *out)
{
    const char *text = said(node, "整数", "an integer");
    if (!text)
        return false;
    int64_t value;
    if (money_parse(text, 0, INT64_MAX, &value) != ERR_OK || strchr(text, '.')) {
        expected(node, "整数", "an integer");
        return false;
    }
    if (value < min || value > max) {
        yaml_fault(node, "%lld 超出范围，应在 %lld 至 %lld 之间",
                   "%lld is out of range, expected %lld to %lld", (long long)value, (long long)min,
                   (long long)max);
        return false;
    }
    *out = value;
    return true;
}

bool yaml_yuan(const struct yaml_node *node, int64_t *fen)
{
    const char *zh = "非负金额（元，至多两位小数）";
    const char *en = "an amount in yuan, not negative, at most two decimals";
    const char *text = said(node, zh, en);
    int64_t value;
    if (!text)
        return false;
    if (money_parse(text, 2, FEN_MAX, &value) != ERR_OK || *text == '-') {
        expected(node, zh, en);
        return false;
    }
    *fen = value;
    return true;
}

bool yaml_ratio(const struct yaml_node *node, int32_t *ratio)
{
    const char *zh = "0 至 1 的比例（至多四位小数，如 0.85）";
    const char *en = "a ratio from 0 to 1 with at most four decimals, such as 0.85";
    const char *text = said(node, zh, en);
    int64_t value;
    if (!text)
        return false;
    if (money_parse(text, 4, RATIO_ONE, &value) != ERR_OK || *text == '-') {
        expected(node, zh, en);
        return false;
    }
    *ratio = (int32_t)value;
    return true;
}

bool yaml_bool(const struct yaml_node *node, bool *out)
{
    const char *text = said(node, "true 或 false", "true or false");
    if (!text)
        return false;
    bool yes = strcmp(text, "true") == 0;
    if (!yes && strcmp(text, "false") != 0) {
        expected(node, "true 或 false", "true or false");
        return false;
    }
    *out = yes;
    return true;
}

bool yaml_date(const struct yaml_node *node, int32_t *date)
{
    const char *text = said(node, "日期 YYYY-MM-DD", "a date YYYY-MM-DD");
    if (!text)
        return false;
    int32_t value;
    if (date_parse(text, &value) != ERR_OK) {
        expected(node, "日期 YYYY-MM-DD", "a date YYYY-MM-DD");
        return false;
    }
    *date = value;
    return true;
}

bool yaml_name(const struct yaml_node *node, const char *const names[], int *index)
{
    char list[YAML_NAMES_TEXT], zh[YAML_NAMES_TEXT + 32], en[YAML_NAMES_TEXT + 32];
    yaml_list_names(names, SIZE_MAX, list);
    snprintf(zh, sizeof zh, "以下之一：%s", list);
    snprintf(en, sizeof en, "one of: %s", list);
    const char *text = said(node, zh, en);
    if (!text)
        return false;
    int found = find_name(names, text);
    if (found < 0) {
        expected(node, zh, en);
        return false;
    }
    *index = found;
    return true;
}
