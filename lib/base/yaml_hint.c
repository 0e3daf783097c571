/* What people who type Chinese, or write YAML for the first time, get wrong, said so that they see
 * it. Pure; any thread. */
#include <stdio.h>
#include <string.h>

#include "base/yaml_node.h"

#define HINT_WORD 32 /* bytes; no key is longer */

static const struct {
    const char *wide, *ascii;
} wides[] = {
    {"：", ":"}, {"，", ","}, {"｛", "{"}, {"｝", "}"}, {"［", "["}, {"］", "]"}, {"【", "["},
    {"】", "]"}, {"“", "\""}, {"”", "\""}, {"‘", "'"},  {"’", "'"},  {"．", "."}, {"。", "."},
    {"－", "-"}, {"％", "%"}, {"＃", "#"}, {"　", " "}, {"０", "0"}, {"１", "1"}, {"２", "2"},
    {"３", "3"}, {"４", "4"}, {"５", "5"}, {"６", "6"}, {"７", "7"}, {"８", "8"}, {"９", "9"},
};

static bool is_one_of(const char *set, char c)
{
    return memchr(set, c, strlen(set)) != NULL;
}

/* The quote that is open behind `c`; '\0': none. */
static char quote_behind(char quote, char c)
{
    if (quote)
        return c == quote ? '\0' : quote;
    return is_one_of("\"'", c) ? c : '\0';
}

bool yaml_hint_wide(const char *text, size_t size, struct yaml_hint *hint)
{
    char quote = '\0';
    for (size_t i = 0; i < size; i++) {
        quote = quote_behind(quote, text[i]);
        for (size_t w = 0; !quote && w < ARRAY_LEN(wides); w++) {
            size_t length = strlen(wides[w].wide);
            if (i + length > size || memcmp(text + i, wides[w].wide, length) != 0)
                continue;
            snprintf(hint->zh, sizeof hint->zh, "；“%s”是全角，请用半角“%s”", wides[w].wide,
                     wides[w].ascii);
            snprintf(hint->en, sizeof hint->en, "; \"%s\" is full-width, write '%s'", wides[w].wide,
                     wides[w].ascii);
            return true;
        }
    }
    hint->zh[0] = hint->en[0] = '\0';
    return false;
}

/* Where the scanning of a line is. */
struct place {
    unsigned depth; /* of braces and brackets that the line opened */
    bool value;     /* behind a key's colon */
};

/* Bytes of the key or value that begins at `from`, up to what ends it: a comment too. Outside
 * braces a value goes on to the end of its line, whatever commas it has. */
static size_t part_size(const char *text, size_t size, size_t from, struct place place)
{
    char quote = '\0';
    bool blank = true;
    size_t i = from;
    for (; i < size; i++) {
        const char c = text[i], was = quote;
        quote = quote_behind(quote, c);
        if (was || quote) {
            blank = false;
            continue;
        }
        if (c == '#' && (i == 0 || is_one_of(" \t", text[i - 1])))
            break;
        if (c == ':' && (place.depth || !place.value) &&
            (i + 1 == size || is_one_of(" \t\r", text[i + 1])))
            break;
        if (is_one_of("{[", c) && (place.depth || blank))
            break;
        if (is_one_of(",}]", c) && place.depth)
            break;
        blank = blank && is_one_of(" \t-", c);
    }
    return i - from;
}

/* In a Chinese text its punctuation is at home. Only a colon behind a word that is not Chinese
 * cannot be told from that of a key, whose value may well be Chinese. */
static bool hint_part(const char *text, size_t size, bool value, struct yaml_hint *hint)
{
    static const char colon[] = "：";
    const size_t length = sizeof colon - 1;
    char quote = '\0';
    bool key = false;
    for (size_t i = 0; i < size; i++) {
        quote = quote_behind(quote, text[i]);
        if (quote)
            continue;
        if (is_one_of("\xE4\xE5\xE6\xE7\xE8\xE9", text[i]))
            return yaml_hint_wide(text, key && !value ? i : 0, hint);
        key = key || (i + length <= size && memcmp(text + i, colon, length) == 0);
    }
    return yaml_hint_wide(text, size, hint);
}

bool yaml_hint_line(const char *text, size_t size, struct yaml_hint *hint)
{
    struct place place = {0};
    for (size_t from = 0; from < size; from++) {
        const size_t part = part_size(text, size, from, place);
        if (hint_part(text + from, part, place.value, hint))
            return true;
        from += part;
        if (from == size || text[from] == '#')
            break;
        place.depth += is_one_of("{[", text[from]);
        place.depth -= is_one_of("}]", text[from]);
        place.value = text[from] == ':' || (place.value && place.depth == 0);
    }
    return yaml_hint_wide(text, 0, hint);
}

/* Letters to add, to leave out, to change or to swap with the next, before a word is the other. */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][HINT_WORD + 1]; /* of the last three lengths of a */
    const size_t size = strlen(b);
    if (strlen(a) > HINT_WORD || size > HINT_WORD)
        return HINT_WORD;
    for (unsigned j = 0; j <= size; j++)
        rows[0][j] = j;
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        const unsigned *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        unsigned *row = rows[i % 3];
        row[0] = i;
        for (unsigned j = 1; j <= size; j++) {
            unsigned least = above[j - 1] + (a[i - 1] != b[j - 1]);
            least = above[j] + 1 < least ? above[j] + 1 : least;
            least = row[j - 1] + 1 < least ? row[j - 1] + 1 : least;
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            row[j] = swapped && before[j - 2] + 1 < least ? before[j - 2] + 1 : least;
        }
    }
    return rows[strlen(a) % 3][size];
}

/* The key that was meant, if one is so near that it is not another word; NULL. */
static const char *nearest(const char *key, const char *const keys[])
{
    const unsigned most = strlen(key) < 6 ? 1 : 2;
    const char *found = NULL;
    unsigned least = most + 1;
    for (size_t i = 0; keys[i]; i++) {
        const unsigned away = distance(key, keys[i]);
        if (away < least && away < strlen(keys[i])) {
            least = away;
            found = keys[i];
        }
    }
    return found;
}

void yaml_hint_key(const char *key, const char *const keys[], struct yaml_hint *hint)
{
    const char *meant = nearest(key, keys);
    if (yaml_hint_wide(key, strlen(key), hint))
        return;
    if (meant) {
        snprintf(hint->zh, sizeof hint->zh, "（是否为 %s？）", meant);
        snprintf(hint->en, sizeof hint->en, " (did you mean %s?)", meant);
    } else if (strchr(key, ':')) {
        snprintf(hint->zh, sizeof hint->zh, "；冒号后须有空格");
        snprintf(hint->en, sizeof hint->en, "; a space must follow the colon");
    } else if (key[0] != '\0' && key[strspn(key, "0123456789.")] == '\0') {
        snprintf(hint->zh, sizeof hint->zh, "；金额不写千分位逗号");
        snprintf(hint->en, sizeof hint->en, "; amounts have no commas between thousands");
    }
}

/* By a part of what libfyaml says. */
const char *yaml_hint_syntax(const char *message)
{
    static const struct {
        const char *part, *zh;
    } messages[] = {
        {"tab", "缩进不能用制表符（Tab），请用空格"},
        {"double-quoted scalar", "双引号没有闭合，或续行没有缩进"},
        {"single-quoted scalar", "单引号没有闭合，或续行没有缩进"},
        {"multiline plain key", "缩进与上下行不一致，或键后缺少冒号"},
        {"invalid indentation", "缩进与同级的键不一致"},
        {"expected ':'", "键后缺少冒号和空格"},
        {"missing comma in flow mapping", "花括号内缺少逗号，或没有右花括号"},
        {"missing comma in flow sequence", "方括号内缺少逗号，或没有右方括号"},
        {"nested block mapping", "同一行有两个“键: 值”，或“-”后缺少空格"},
        {"at the end of block sequence", "列表项之后有多余的文字，或缩进不对"},
    };
    for (size_t i = 0; i < ARRAY_LEN(messages); i++)
        if (strstr(message, messages[i].part))
            return messages[i].zh;
    return message;
}
