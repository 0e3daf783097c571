/* The tree of a YAML document, built from libfyaml's events into an arena: scanning, bounds,
 * structure and walking. Typed reads are in yaml_read.c. */
#include "base/yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/yaml_node.h"

/* Nodes, arrays and texts of the largest legal document. */
#define TREE_MAX ((size_t)64 * 1024 * 1024)

struct builder {
    struct yaml *yaml;
    struct yaml_node *open; /* the container around the next node */
    const char *key;        /* of the next node, when `open` is a mapping and its key was read */
    int key_line;
    uint32_t nodes, depth;
    enum err err; /* latched; nothing is built from then on */
};

static void stop(struct builder *b, enum err err, int line, const char *zh, const char *en)
{
    if (b->err != ERR_OK)
        return;
    b->err = err;
    if (err != ERR_NOMEM)
        faults_put(b->yaml->faults, b->yaml->file, line, NULL, zh, en);
}

static const char *token_text(struct builder *b, struct fy_token *token)
{
    size_t size = 0;
    const char *text = token ? fy_token_get_text(token, &size) : "";
    const char *copy = text ? arena_copy(b->yaml->arena, text, size) : NULL;
    if (!copy)
        stop(b, ERR_NOMEM, 0, NULL, NULL);
    return copy;
}

/* Some keys are names that others read as they stand, and a map of any keys takes every one. */
static void check_key(const struct yaml_node *node)
{
    uint32_t code;
    if (node->key && !utf8_printable(node->key, &code))
        yaml_fault(node, "键含控制字符 U+%04X", "the key holds a control character, U+%04X", code);
}

/* A new node under the open container, or the root; NULL when the build has stopped. */
static struct yaml_node *attach(struct builder *b, enum yaml_kind kind, int line)
{
    if (++b->nodes > YAML_NODES_MAX)
        stop(b, ERR_LIMIT, line, "节点过多", "too many nodes");
    if (!b->open && b->yaml->root)
        stop(b, ERR_INVALID, line, "只能有一个文档", "there must be one document only");
    struct yaml_node *n = b->err == ERR_OK ? arena_alloc(b->yaml->arena, sizeof *n) : NULL;
    if (!n) {
        stop(b, ERR_NOMEM, 0, NULL, NULL);
        return NULL;
    }
    *n = (struct yaml_node){.yaml = b->yaml, .parent = b->open, .kind = kind, .line = line};
    if (!b->open) {
        b->yaml->root = n;
        return n;
    }
    n->key = b->key;
    /* A key's line says more than its value's; an empty item has no place of its own. */
    if (b->key)
        n->line = b->key_line;
    else if (line == 0)
        n->line = b->open->last ? b->open->last->line : b->open->line;
    n->index = b->open->count++;
    b->key = NULL;
    if (b->open->last)
        b->open->last->next = n;
    else
        b->open->first = n;
    b->open->last = n;
    check_key(n);
    return n;
}

static bool key_is_next(const struct builder *b)
{
    return b->open && b->open->kind == YAML_MAPPING && !b->key;
}

static void begin(struct builder *b, enum yaml_kind kind, int line)
{
    if (key_is_next(b))
        stop(b, ERR_INVALID, line, "键必须是文本", "a key must be a plain text");
    if (++b->depth > YAML_DEPTH_MAX)
        stop(b, ERR_LIMIT, line, "嵌套过深", "nested too deeply");
    struct yaml_node *n = attach(b, kind, line);
    if (n)
        b->open = n;
}

static int compare_keys(const void *a, const void *b)
{
    const struct yaml_node *const *x = a, *const *y = b;
    int by_key = strcmp((*x)->key, (*y)->key);
    return by_key ? by_key : ((*x)->index > (*y)->index) - ((*x)->index < (*y)->index);
}

/* Tells of keys that occur again, and leaves the first alone in the mapping. Sorted, so that a
 * hostile mapping costs n log n. */
static void drop_duplicates(struct builder *b, struct yaml_node *map)
{
    const struct yaml_node **sorted = malloc((map->count + 1) * sizeof *sorted);
    if (!sorted) {
        stop(b, ERR_NOMEM, 0, NULL, NULL);
        return;
    }
    memcpy(sorted, map->items, map->count * sizeof *sorted);
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    for (uint32_t i = 1; i < map->count; i++) {
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0)
            continue;
        yaml_fault(sorted[i], "键重复，第 %d 行已出现", "duplicate key, first on line %d",
                   sorted[i - 1]->line);
        map->items[sorted[i]->index] = NULL;
    }
    free(sorted);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < map->count; i++)
        if (map->items[i])
            map->items[kept++] = map->items[i];
    map->count = kept;
}

static void end(struct builder *b)
{
    struct yaml_node *n = b->open;
    if (b->err != ERR_OK || !n)
        return;
    n->items = arena_alloc(b->yaml->arena, (n->count + 1) * sizeof *n->items);
    if (!n->items) {
        stop(b, ERR_NOMEM, 0, NULL, NULL);
        return;
    }
    for (struct yaml_node *child = n->first; child; child = child->next)
        n->items[child->index] = child;
    if (n->kind == YAML_MAPPING)
        drop_duplicates(b, n);
    b->open = n->parent;
    b->depth--;
}

static void scalar(struct builder *b, struct fy_token *token, int line)
{
    const char *text = token_text(b, token);
    if (!text)
        return;
    if (key_is_next(b)) {
        b->key = text;
        b->key_line = line;
        if (*text == '\0')
            stop(b, ERR_INVALID, line, "键为空", "the key is empty");
        return;
    }
    struct yaml_node *n = attach(b, YAML_SCALAR, line);
    if (!n)
        return;
    n->text = text;
    n->plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
}

/* What an alias would stand for is not known: nothing more is said of it. */
static void alias(struct builder *b, int line)
{
    if (key_is_next(b))
        stop(b, ERR_INVALID, line, "键必须是文本", "a key must be a plain text");
    struct yaml_node *n = attach(b, YAML_SCALAR, line);
    if (!n)
        return;
    n->text = "";
    n->refused = true;
}

/* Told where it stands, which may be lines above what it is of. */
static void refuse_token(struct builder *b, struct fy_token *token, int line, const char *zh,
                         const char *en)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    faults_put(b->yaml->faults, b->yaml->file, mark ? mark->line + 1 : line, NULL, zh, en);
}

/* Told, and read past, so that the rest of what is wrong is told too. */
static void refuse_shortcuts(struct builder *b, struct fy_event *event, int line)
{
    struct fy_token *anchor = fy_event_get_anchor_token(event),
                    *tag = fy_event_get_tag_token(event);
    if (event->type == FYET_ALIAS || anchor)
        refuse_token(b, anchor, line, "不得使用锚点和别名", "anchors and aliases are not allowed");
    if (tag)
        refuse_token(b, tag, line, "不得使用标签", "tags are not allowed");
}

static void take(struct builder *b, struct fy_event *event)
{
    struct fy_token *token = fy_event_get_token(event);
    const struct fy_mark *mark = fy_event_start_mark(event);
    int line = mark ? mark->line + 1 : 0;
    refuse_shortcuts(b, event, line);
    if (event->type == FYET_SCALAR)
        scalar(b, token, line);
    else if (event->type == FYET_ALIAS)
        alias(b, line);
    else if (event->type == FYET_SEQUENCE_START)
        begin(b, YAML_SEQUENCE, line);
    else if (event->type == FYET_MAPPING_START)
        begin(b, YAML_MAPPING, line);
    else if (event->type == FYET_SEQUENCE_END || event->type == FYET_MAPPING_END)
        end(b);
}

static void discard(struct fy_diag *diag, void *user, const char *text, size_t size)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)size;
}

/* A line of the text, from 1. */
static struct slice line_of(struct slice text, int line)
{
    const uint8_t *at = text.data, *end = text.data + text.size;
    for (; line > 1 && at < end; line--) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        at = stop ? stop + 1 : end;
    }
    const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
    return (struct slice){at, (size_t)((stop ? stop : end) - at)};
}

/* A line that does not end as it should is often reported at the next one. */
static void hint_at(struct slice text, int line, struct yaml_hint *hint)
{
    struct slice here = line_of(text, line), above = line_of(text, line > 1 ? line - 1 : line);
    if (!yaml_hint_line((const char *)here.data, here.size, hint))
        yaml_hint_line((const char *)above.data, above.size, hint);
}

static void syntax_faults(struct builder *b, struct fy_diag *diag, struct slice text)
{
    struct yaml *y = b->yaml;
    void *next = NULL;
    const struct fy_diag_error *e;
    uint32_t before = faults_total(y->faults);
    while ((e = fy_diag_errors_iterate(diag, &next))) {
        struct yaml_hint hint;
        char zh[300], en[300];
        hint_at(text, e->line, &hint);
        snprintf(zh, sizeof zh, "YAML 语法错误：%s%s", yaml_hint_syntax(e->msg), hint.zh);
        snprintf(en, sizeof en, "YAML syntax: %s%s", e->msg, hint.en);
        faults_put(y->faults, y->file, e->line, NULL, zh, en);
    }
    if (faults_total(y->faults) == before)
        faults_add(y->faults, y->file, 0, NULL, "YAML 语法错误", "YAML syntax");
    b->err = ERR_INVALID;
}

static void scan(struct builder *b, struct slice text)
{
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = discard;
    quiet.level = FYET_ERROR;
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (diag)
        fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DISABLE_MMAP_OPT,
                               .diag = diag};
    struct fy_parser *parser = diag ? fy_parser_create(&cfg) : NULL;
    if (!parser || fy_parser_set_string(parser, (const char *)text.data, text.size) != 0)
        stop(b, ERR_NOMEM, 0, NULL, NULL);
    struct fy_event *event;
    while (b->err == ERR_OK && (event = fy_parser_parse(parser))) {
        take(b, event);
        fy_parser_event_free(parser, event);
    }
    if (b->err == ERR_OK && fy_parser_get_stream_error(parser))
        syntax_faults(b, diag, text);
    if (b->err == ERR_OK && !b->yaml->root)
        stop(b, ERR_INVALID, 0, "文件为空", "the file is empty");
    if (parser)
        fy_parser_destroy(parser);
    if (diag)
        fy_diag_destroy(diag);
}

static int line_at(struct slice text, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text.data[i] == '\n';
    return line;
}

/* A line that begins with '%' is a directive: nothing else may stand there, and libfyaml passes
 * over those it does not know. */
static bool find_directive(struct slice text, size_t *at)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '%' &&
            (i == 0 || text.data[i - 1] == '\n' || text.data[i - 1] == '\r')) {
            *at = i;
            return true;
        }
    }
    return false;
}

static void check_bytes(struct builder *b, struct slice text)
{
    size_t bad = 0;
    if (text.size > YAML_TEXT_MAX)
        stop(b, ERR_LIMIT, 0, "文件过大，上限 1 MiB", "the file is too large, the limit is 1 MiB");
    else if (!utf8_valid(text.data, text.size, &bad))
        stop(b, ERR_INVALID, line_at(text, bad), "不是 UTF-8 文本，请另存为 UTF-8",
             "not UTF-8 text: save it as UTF-8");
    else if (find_directive(text, &bad))
        stop(b, ERR_INVALID, line_at(text, bad), "不得使用指令", "directives are not allowed");
}

enum err yaml_parse(const char *file, struct slice text, struct faults *faults, struct yaml **out)
{
    *out = NULL;
    struct yaml *y = calloc(1, sizeof *y);
    if (!y)
        return ERR_NOMEM;
    y->faults = faults;
    y->arena = arena_new(TREE_MAX);
    y->file = y->arena ? arena_copy(y->arena, file, strlen(file)) : NULL;
    struct builder b = {.yaml = y, .err = y->file ? ERR_OK : ERR_NOMEM};
    uint32_t before = faults_total(faults);
    if (b.err == ERR_OK)
        check_bytes(&b, text);
    if (b.err == ERR_OK)
        scan(&b, text);
    if (b.err != ERR_OK) {
        yaml_free(y);
        return b.err;
    }
    *out = y;
    return faults_total(faults) > before ? ERR_INVALID : ERR_OK;
}

void yaml_free(struct yaml *yaml)
{
    if (!yaml)
        return;
    arena_free(yaml->arena);
    free(yaml);
}

void yaml_watch(struct yaml *yaml, yaml_watcher *watcher, void *context)
{
    yaml->watcher = watcher;
    yaml->watching = context;
}

const struct yaml_node *yaml_root(const struct yaml *yaml)
{
    return yaml->root;
}

enum yaml_kind yaml_kind(const struct yaml_node *node)
{
    return node->kind;
}

int yaml_line(const struct yaml_node *node)
{
    return node->line;
}

size_t yaml_count(const struct yaml_node *node)
{
    return node && node->kind != YAML_SCALAR ? node->count : 0;
}

const struct yaml_node *yaml_item(const struct yaml_node *node, size_t i)
{
    CHECK(node->kind != YAML_SCALAR && i < node->count);
    return node->items[i];
}

const char *yaml_key(const struct yaml_node *map, size_t i)
{
    CHECK(map->kind == YAML_MAPPING);
    return yaml_item(map, i)->key;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == YAML_MAPPING && i < map->count; i++)
        if (strcmp(map->items[i]->key, key) == 0)
            return map->items[i];
    return NULL;
}
