/* Values of a YAML tree compared and shown, whatever their type. Depth is bounded by the reader. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/yaml_node.h"

const char *yaml_scalar(const struct yaml_node *node)
{
    return node && node->kind == YAML_SCALAR ? node->text : NULL;
}

/* Bytes of a decimal without zeros at its end; of any other text, all of them. */
static size_t significant(const char *text)
{
    size_t size = strlen(text), whole = strspn(text, "0123456789");
    if (whole == 0 || text[whole] != '.' ||
        whole + 1 + strspn(text + whole + 1, "0123456789") != size)
        return size;
    while (text[size - 1] == '0')
        size--;
    return text[size - 1] == '.' ? size - 1 : size;
}

static bool same_text(const char *a, const char *b)
{
    size_t size = significant(a);
    return size == significant(b) && memcmp(a, b, size) == 0;
}

bool yaml_same(const struct yaml_node *a, const struct yaml_node *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == YAML_SCALAR)
        return same_text(a->text, b->text);
    for (uint32_t i = 0; i < a->count; i++) {
        const struct yaml_node *item = a->items[i];
        const struct yaml_node *other =
            a->kind == YAML_MAPPING ? yaml_get(b, item->key) : b->items[i];
        if (!other || !yaml_same(item, other))
            return false;
    }
    return true;
}

static void show(const struct yaml_node *node, FILE *out)
{
    if (node->kind == YAML_SCALAR) {
        fputs(node->text, out);
        return;
    }
    fputc(node->kind == YAML_MAPPING ? '{' : '[', out);
    for (uint32_t i = 0; i < node->count; i++) {
        fputs(i ? ", " : "", out);
        if (node->kind == YAML_MAPPING)
            fprintf(out, "%s: ", node->items[i]->key);
        show(node->items[i], out);
    }
    fputc(node->kind == YAML_MAPPING ? '}' : ']', out);
}

void yaml_show(const struct yaml_node *node, char *out, size_t size)
{
    CHECK(size > 0);
    out[0] = '\0';
    char *raw = node && size > 1 ? calloc(1, size) : NULL;
    FILE *stream = raw ? fmemopen(raw, size, "w") : NULL;
    if (stream) {
        show(node, stream);
        fclose(stream);
        raw[size - 1] = '\0';
        utf8_show(raw, out, size);
    }
    free(raw);
}
