/* Reads the configuration. Runs on the main thread before anything else is open. */
#include "daemon/config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/algorithm.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/yaml.h"

enum value_kind { VALUE_TEXT, VALUE_PATH, VALUE_INTEGER, VALUE_SIGNATURE };

/* Every key but `regions` and `log.level`. A text without default must be given. */
struct config_key {
    const char *section, *name;
    enum value_kind kind;
    size_t offset;
    const char *text_default; /* NULL: required */
    int64_t min, max, number_default;
};

#define AT(member) offsetof(struct config, member)
static const struct config_key keys[] = {
    {"listen", "address", VALUE_TEXT, AT(address), "0.0.0.0", 0, 0, 0},
    {"listen", "port", VALUE_INTEGER, AT(port), NULL, 0, 65535, 8443},
    {"listen", "port_file", VALUE_PATH, AT(port_file), "", 0, 0, 0},
    {"tls", "ca", VALUE_PATH, AT(ca), NULL, 0, 0, 0},
    {"tls", "cert", VALUE_PATH, AT(cert), NULL, 0, 0, 0},
    {"tls", "key", VALUE_PATH, AT(key), NULL, 0, 0, 0},
    {"tls", "crl", VALUE_PATH, AT(crl), "", 0, 0, 0},
    {"ledger", "mirror", VALUE_PATH, AT(mirror), "", 0, 0, 0},
    {"ledger", "segment_mib", VALUE_INTEGER, AT(segment_mib), NULL, 32, 4096, 256},
    {"ledger", "signature", VALUE_SIGNATURE, AT(signature), NULL, 0, 0, 1},
    {"ledger", "publish_file", VALUE_PATH, AT(publish_file), "", 0, 0, 0},
    {"ledger", "publish_command", VALUE_TEXT, AT(publish_command), "", 0, 0, 0},
    {"ledger", "publish_seconds", VALUE_INTEGER, AT(publish_seconds), NULL, 1, 86400, 60},
    {"store", "checkpoint_mib", VALUE_INTEGER, AT(checkpoint_mib), NULL, 1, 4096, 64},
    {"store", "checkpoint_keys", VALUE_INTEGER, AT(checkpoint_keys), NULL, 1000, 10000000, 500000},
    {"store", "checkpoint_seconds", VALUE_INTEGER, AT(checkpoint_seconds), NULL, 1, 3600, 5},
    {"store", "overlay_mib", VALUE_INTEGER, AT(overlay_mib), NULL, 1, 65536, 256},
    {"store", "map_gib", VALUE_INTEGER, AT(map_gib), NULL, 1, 65536, 1024},
    {"limits", "connections", VALUE_INTEGER, AT(connections), NULL, 1, 65536, CONNECTIONS_MAX},
    {"limits", "connections_sender", VALUE_INTEGER, AT(connections_sender), NULL, 1, 65536, 1024},
    {"limits", "handshakes", VALUE_INTEGER, AT(handshakes), NULL, 1, 65536, 1024},
    {"limits", "in_flight", VALUE_INTEGER, AT(in_flight), NULL, 1, 1000000, 8192},
    {"limits", "in_flight_sender", VALUE_INTEGER, AT(in_flight_sender), NULL, 1, 1000000, 1024},
    {"limits", "messages_mib", VALUE_INTEGER, AT(messages_mib), NULL, 64, 1048576, 1024},
    {"limits", "buffers_mib", VALUE_INTEGER, AT(buffers_mib), NULL, 16, 65536, 512},
    {"limits", "buffers_sender_mib", VALUE_INTEGER, AT(buffers_sender_mib), NULL, 8, 65536, 128},
};
#undef AT

#define SECTION_KEYS_MAX 8
static const char *const sections[] = {"listen", "tls",    "regions", "ledger",
                                       "store",  "limits", "log",     NULL};

/* Relative to the configuration's folder, so that a folder can be moved as a whole. */
static bool resolve(const char *path, const char *value, char out[CONFIG_PATH_MAX + 1])
{
    const char *slash = strrchr(path, '/');
    int folder = value[0] == '/' || !slash ? 0 : (int)(slash - path) + 1;
    int n = snprintf(out, CONFIG_PATH_MAX + 1, "%.*s%s", folder, path, value);
    return n >= 0 && n <= CONFIG_PATH_MAX;
}

static void read_path(const struct yaml_node *node, const char *path, char out[CONFIG_PATH_MAX + 1])
{
    const char *text;
    if (yaml_text(node, CONFIG_PATH_MAX, &text) && !resolve(path, text, out))
        yaml_fault(node, "路径过长(上限 %d 字节)", "the path is too long (at most %d bytes)",
                   CONFIG_PATH_MAX);
}

static void read_signature(const struct yaml_node *node, int64_t *out)
{
    int which = 0;
    if (yaml_name(node, key_algorithms, &which))
        *out = KEY_ED25519 + which;
}

/* What only has numbers has defaults. */
static bool is_number(enum value_kind kind)
{
    return kind == VALUE_INTEGER || kind == VALUE_SIGNATURE;
}

static void read_value(const struct config_key *key, const struct yaml_node *section,
                       const char *path, struct config *config)
{
    char *place = (char *)config + key->offset;
    bool required = !is_number(key->kind) && !key->text_default;
    const struct yaml_node *node =
        required ? yaml_need(section, key->name) : yaml_get(section, key->name);
    if (is_number(key->kind))
        *(int64_t *)(void *)place = key->number_default;
    else if (key->text_default)
        (void)snprintf(place, CONFIG_PATH_MAX + 1, "%s", key->text_default);
    if (!node)
        return;
    const char *text;
    switch (key->kind) {
    case VALUE_INTEGER:
        (void)yaml_integer(node, key->min, key->max, (int64_t *)(void *)place);
        break;
    case VALUE_SIGNATURE:
        read_signature(node, (int64_t *)(void *)place);
        break;
    case VALUE_PATH:
        read_path(node, path, place);
        break;
    case VALUE_TEXT:
        if (yaml_text(node, CONFIG_PATH_MAX, &text))
            (void)snprintf(place, CONFIG_PATH_MAX + 1, "%s", text);
        break;
    }
}

static void read_section(const char *name, const struct yaml_node *root, const char *path,
                         struct config *config)
{
    const char *known[SECTION_KEYS_MAX + 1];
    size_t count = 0;
    const struct yaml_node *section = yaml_get(root, name);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (strcmp(keys[i].section, name) != 0)
            continue;
        CHECK(count < SECTION_KEYS_MAX);
        known[count++] = keys[i].name;
        read_value(&keys[i], section, path, config);
    }
    known[count] = NULL;
    if (section)
        (void)yaml_mapping(section, known);
}

static void read_region(const struct yaml_node *node, const char *path, struct config *config)
{
    static const char *const known[] = {"code", "data", NULL};
    struct config_region *region = &config->regions[config->region_count];
    const char *code;
    if (!yaml_mapping(node, known))
        return;
    const struct yaml_node *code_node = yaml_need(node, "code");
    if (yaml_text(code_node, ID_ADMDVS, &code)) {
        if (!id_is_admdvs(code))
            yaml_fault(code_node, "统筹区须为六位数字:%s", "a region is six digits, not %s", code);
        for (uint32_t i = 0; i < config->region_count; i++) {
            if (strcmp(config->regions[i].code, code) == 0)
                yaml_fault(code_node, "统筹区重复:%s", "the region stands twice: %s", code);
        }
        (void)snprintf(region->code, sizeof region->code, "%s", code);
    }
    const struct yaml_node *data = yaml_need(node, "data");
    if (data)
        read_path(data, path, region->data);
    config->region_count++;
}

static void read_regions(const struct yaml_node *root, const char *path, struct config *config)
{
    const struct yaml_node *list = yaml_need(root, "regions");
    if (!list || !yaml_seq(list, 1, CONFIG_REGIONS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(list); i++)
        read_region(yaml_item(list, i), path, config);
}

static void read_log(const struct yaml_node *root, struct config *config)
{
    static const char *const known[] = {"level", NULL};
    static const char *const levels[] = {"debug", "info", "warning", "error", NULL};
    const struct yaml_node *log = yaml_get(root, "log");
    int level = LOG_INFO;
    if (log && yaml_mapping(log, known)) {
        const struct yaml_node *node = yaml_get(log, "level");
        if (node)
            (void)yaml_name(node, levels, &level);
    }
    config->log_level = (enum log_level)level;
}

static void read_root(const struct yaml_node *root, const char *path, struct config *config)
{
    if (!yaml_mapping(root, sections))
        return;
    for (size_t i = 0; sections[i]; i++) {
        if (strcmp(sections[i], "regions") != 0 && strcmp(sections[i], "log") != 0)
            read_section(sections[i], root, path, config);
    }
    read_regions(root, path, config);
    read_log(root, config);
    const struct yaml_node *ledger = yaml_get(root, "ledger");
    const struct yaml_node *file = ledger ? yaml_get(ledger, "publish_file") : NULL;
    if (file && config->region_count > 1 && !strstr(config->publish_file, "{region}"))
        yaml_fault(file, "有多个统筹区，文件名中须写 {region}",
                   "with several regions the name must hold {region}");
}

enum err config_read(const char *path, struct config *config, struct faults *faults)
{
    uint8_t *text;
    size_t size;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    memset(config, 0, sizeof *config);
    enum err err = file_read(path, YAML_TEXT_MAX, &text, &size);
    if (err) {
        faults_add(faults, name, 0, NULL, "配置文件无法读取:%s", "cannot be read: %s",
                   err_text(err));
        return err;
    }
    struct yaml *yaml = NULL;
    err = yaml_parse(name, (struct slice){text, size}, faults, &yaml);
    if (yaml)
        read_root(yaml_root(yaml), path, config);
    yaml_free(yaml);
    free(text);
    faults_sort(faults);
    return !err && faults->count > 0 ? ERR_INVALID : err;
}
