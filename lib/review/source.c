/* Reads a version's text once more, for its lines. */
#include "review/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "policy/pack.h"

static struct yaml *parse(const char *path)
{
    static struct faults ignored; /* the pack was compiled from the same text */
    uint8_t *text;
    size_t size;
    struct yaml *document = NULL;
    ignored.count = ignored.more = 0;
    if (file_read(path, YAML_TEXT_MAX, &text, &size) != ERR_OK)
        return NULL;
    if (yaml_parse(path, (struct slice){text, size}, &ignored, &document) != ERR_OK) {
        yaml_free(document);
        document = NULL;
    }
    free(text);
    return document;
}

static bool is_version(const struct yaml *document, const struct policy *policy)
{
    const struct yaml_node *effective = yaml_get(yaml_root(document), "effective");
    int32_t from = DATE_NONE;
    return effective && yaml_date(yaml_get(effective, "from"), &from) && from == policy->begndate;
}

static bool try_file(struct source *out, const struct policy *policy)
{
    out->document = parse(out->file);
    if (out->document && is_version(out->document, policy))
        return true;
    yaml_free(out->document);
    out->document = NULL;
    return false;
}

void source_open(const char *path, const struct policy *policy, struct source *out)
{
    DIR *folder = opendir(path);
    out->document = NULL;
    snprintf(out->file, sizeof out->file, "%s", path);
    if (!folder) {
        try_file(out, policy);
        return;
    }
    const struct dirent *entry;
    while (!out->document && (entry = readdir(folder)) != NULL) {
        int size = snprintf(out->file, sizeof out->file, "%s/%s", path, entry->d_name);
        if (size > 0 && (size_t)size < sizeof out->file && pack_version_file(entry->d_name))
            try_file(out, policy);
    }
    closedir(folder);
}

void source_close(struct source *source)
{
    yaml_free(source->document);
    source->document = NULL;
}

int source_line(const struct source *source, uint8_t layer, const char *table, int row)
{
    if (!source->document)
        return 0;
    const struct yaml_node *node =
        yaml_item(yaml_get(yaml_root(source->document), "layers"), layer);
    const struct yaml_node *found = table ? yaml_get(node, table) : NULL;
    const struct yaml_node *rows = found ? yaml_get(found, "table") : NULL;
    if (!found)
        return yaml_line(node);
    rows = rows ? rows : found;
    if (row < 0 || (size_t)row >= yaml_count(rows) || yaml_kind(rows) != YAML_SEQUENCE)
        return yaml_line(found);
    return yaml_line(yaml_item(rows, (size_t)row));
}

int source_key_line(const struct source *source, const char *key)
{
    const struct yaml_node *node =
        source->document ? yaml_get(yaml_root(source->document), key) : NULL;
    return node ? yaml_line(node) : 0;
}

static unsigned uses(const struct yaml_node *node, const char *text)
{
    const char *value;
    unsigned count = 0;
    if (yaml_kind(node) == YAML_SCALAR)
        return yaml_text(node, YAML_TEXT_MAX, &value) && strcmp(value, text) == 0;
    for (size_t i = 0; i < yaml_count(node); i++)
        count += uses(yaml_item(node, i), text);
    return count;
}

unsigned source_uses(const struct source *source, const char *text)
{
    unsigned count = 0;
    if (!source->document)
        return 0;
    const struct yaml_node *root = yaml_root(source->document);
    for (size_t i = 0; i < yaml_count(root); i++)
        if (strcmp(yaml_key(root, i), "clauses") != 0)
            count += uses(yaml_item(root, i), text);
    return count;
}
