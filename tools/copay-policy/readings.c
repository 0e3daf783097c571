/* catalogue-import.yaml. */
#include "readings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/yaml.h"

bool reading_lists(const struct reading_codes *list, const char *code)
{
    for (uint8_t i = 0; i < list->count; i++)
        if (strcmp(list->codes[i], code) == 0)
            return true;
    return false;
}

const struct reading_row *reading_find(const struct reading_map *map, const char *code)
{
    for (uint8_t i = 0; i < map->count; i++)
        if (strcmp(map->rows[i].code, code) == 0)
            return &map->rows[i];
    return NULL;
}

static void read_list(const struct yaml_node *root, const char *key, struct reading_codes *out)
{
    const struct yaml_node *node = yaml_get(root, key);
    const char *code;
    if (!node || !yaml_seq(node, 1, READING_CODES_MAX))
        return;
    out->count = 0;
    for (size_t i = 0; i < yaml_count(node); i++)
        if (yaml_text(yaml_item(node, i), READING_CODE_MAX, &code))
            snprintf(out->codes[out->count++], sizeof out->codes[0], "%s", code);
}

typedef bool column_fn(const struct policy *policy, const char *name);

/* Of an insurance type or a person class. */
static bool is_selfpay(const struct policy *policy, const char *name)
{
    for (uint8_t i = 0; i < policy->class_count; i++)
        if (strcmp(policy->classes[i].name, name) == 0)
            return true;
    for (uint8_t i = 0; i < policy->insutype_count; i++) {
        char code[8];
        snprintf(code, sizeof code, "%03u", policy->insutypes[i]);
        if (strcmp(code, name) == 0)
            return true;
    }
    return false;
}

static bool is_cap(const struct policy *policy, const char *name)
{
    for (uint8_t i = 0; i < policy->cap_grade_count; i++)
        if (strcmp(policy->cap_grades[i], name) == 0)
            return true;
    return false;
}

static void read_row(const struct policy *policy, const struct yaml_node *node, const char *code,
                     const char *prefix, column_fn *known, struct reading_row *out)
{
    const char *name;
    if (strlen(code) > READING_CODE_MAX)
        yaml_fault(node, "编码过长", "the code is too long");
    snprintf(out->code, sizeof out->code, "%s", code);
    if (!yaml_seq(node, 0, READING_COLUMNS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        if (!yaml_text(item, READING_CODE_MAX, &name))
            continue;
        if (known(policy, name))
            snprintf(out->columns[out->column_count++], READING_COLUMN, "%s%s", prefix, name);
        else if (known == is_cap)
            yaml_fault(item, "“%s”不是限价级别", "\"%s\" is no price-cap grade", name);
        else
            yaml_fault(item, "“%s”不是险种或人员类别", "\"%s\" is no insurance or person class",
                       name);
    }
}

static void read_map(const struct policy *policy, const struct yaml_node *root, const char *key,
                     const char *prefix, column_fn *known, struct reading_map *out)
{
    const struct yaml_node *map = yaml_get(root, key);
    if (!map || !yaml_map(map, NULL))
        return;
    if (yaml_count(map) > READING_CODES_MAX) {
        yaml_fault(map, "过多，上限 %d", "too many, the limit is %d", READING_CODES_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_count(map); i++)
        read_row(policy, yaml_get(map, yaml_key(map, i)), yaml_key(map, i), prefix, known,
                 &out->rows[out->count++]);
}

static void read_all(const struct policy *policy, const struct yaml_node *root,
                     struct readings *out)
{
    static const char *const keys[] = {"insu_admdvs",
                                       "bas_medn_flag",
                                       "selfpay_prop_type",
                                       "overlmt_dspo_way",
                                       "selfpay_prop_psn_type",
                                       "hilist_lmtpric_type",
                                       NULL};
    if (!yaml_mapping(root, keys))
        return;
    read_list(root, "insu_admdvs", &out->insu_admdvs);
    read_list(root, "bas_medn_flag", &out->bas_medn_flag);
    read_list(root, "selfpay_prop_type", &out->selfpay_prop_type);
    read_list(root, "overlmt_dspo_way", &out->overlmt_dspo_way);
    read_map(policy, root, "selfpay_prop_psn_type", "selfpay_prop_", is_selfpay,
             &out->selfpay_prop_psn_type);
    read_map(policy, root, "hilist_lmtpric_type", "pric_uplmt_", is_cap, &out->hilist_lmtpric_type);
}

void readings_read(const char *folder, const struct policy *policy, struct faults *faults,
                   struct readings *out)
{
    char path[PATH_MAX + 32];
    uint8_t *text;
    size_t size;
    *out = (struct readings){.insu_admdvs.count = 1, .bas_medn_flag.count = 1};
    snprintf(out->insu_admdvs.codes[0], sizeof out->insu_admdvs.codes[0], "%s", policy->region);
    snprintf(out->bas_medn_flag.codes[0], sizeof out->bas_medn_flag.codes[0], "1");
    snprintf(path, sizeof path, "%s/" READINGS_FILE, folder);
    enum err err = file_read(path, YAML_TEXT_MAX, &text, &size);
    if (err == ERR_NOTFOUND)
        return;
    if (err != ERR_OK) {
        faults_add(faults, READINGS_FILE, 0, NULL, "无法读取：%s", "cannot be read: %s",
                   err_text(err));
        return;
    }
    struct yaml *document;
    err = yaml_parse(READINGS_FILE, (struct slice){text, size}, faults, &document);
    if (document)
        read_all(policy, yaml_root(document), out);
    yaml_free(document);
    free(text);
}
