/* Walks the generated descriptors, so that a field added to copay.proto is read and shown without a
 * line here; only what a number means (yuan, time, ratio) is decided by type and name. */
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

/* What a field's number stands for. */
enum meaning { PLAIN, DECIMAL, TIME, DATE };

struct field_meaning {
    enum meaning meaning;
    int scale; /* of a DECIMAL */
};

struct read {
    struct arena *arena;
    struct json_fault *fault;
    char path[200];
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_any(const char *name, const char *a, const char *b)
{
    return strcmp(name, a) == 0 || strcmp(name, b) == 0;
}

static struct field_meaning meaning_of(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_SINT64:
        return (struct field_meaning){DECIMAL, strcmp(f->name, "cnt") == 0 ? 4 : 2};
    case PROTOBUF_C_TYPE_INT64:
        if (is_any(f->name, "pric", "pric_uplmt_amt"))
            return (struct field_meaning){DECIMAL, 6};
        if (strcmp(f->name, "unit_conversion") == 0)
            return (struct field_meaning){DECIMAL, 4};
        return (struct field_meaning){ends_with(f->name, "time") ? TIME : PLAIN, 0};
    case PROTOBUF_C_TYPE_INT32:
        return strcmp(f->name, "age") == 0 ? (struct field_meaning){DECIMAL, 1}
                                           : (struct field_meaning){DATE, 0};
    case PROTOBUF_C_TYPE_UINT32:
        if (is_any(f->name, "ratio", "selfpay_prop"))
            return (struct field_meaning){DECIMAL, 4};
        return (struct field_meaning){PLAIN, 0};
    default:
        return (struct field_meaning){PLAIN, 0};
    }
}

static bool fail(struct read *r, const char *zh, const char *en)
{
    snprintf(r->fault->text, sizeof r->fault->text, "%s: %s / %s", r->path[0] ? r->path : "JSON",
             zh, en);
    return false;
}

static bool read_decimal(struct read *r, const json_t *value, int scale, int64_t *out)
{
    if (!json_is_string(value))
        return fail(r, "须为字符串中的十进制数，不得为裸数字，如 \"12.00\"",
                    "must be a decimal in a string such as \"12.00\", not a bare number");
    if (money_parse(json_string_value(value), scale, FEN_MAX, out) != ERR_OK)
        return fail(r, "不是规定精度内的十进制数", "not a decimal of the field's precision");
    return true;
}

static bool read_plain(struct read *r, const json_t *value, uint64_t max, int64_t *out)
{
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
    } else {
        const char *text = json_string_value(value);
        if (!text || money_parse(text, 0, FEN_MAX, out) != ERR_OK)
            return fail(r, "须为整数", "must be a whole number");
    }
    if (*out < 0 || (uint64_t)*out > max)
        return fail(r, "超出取值范围", "out of range");
    return true;
}

static bool read_time(struct read *r, const json_t *value, int64_t *out)
{
    if (!json_is_string(value) || date_parse_time(json_string_value(value), out) != ERR_OK)
        return fail(r, "须为时间 YYYY-MM-DD HH:MM:SS", "must be a time YYYY-MM-DD HH:MM:SS");
    return true;
}

static bool read_date(struct read *r, const json_t *value, int32_t *out)
{
    if (!json_is_string(value) || date_parse(json_string_value(value), out) != ERR_OK)
        return fail(r, "须为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD");
    return true;
}

static bool read_number(struct read *r, const ProtobufCFieldDescriptor *f, const json_t *value,
                        void *member)
{
    struct field_meaning m = meaning_of(f);
    int64_t number = 0;
    int32_t date = 0;
    bool narrow = f->type == PROTOBUF_C_TYPE_UINT32 || f->type == PROTOBUF_C_TYPE_INT32;
    if (m.meaning == DATE) {
        if (!read_date(r, value, &date))
            return false;
        memcpy(member, &date, sizeof date);
        return true;
    }
    bool sound = m.meaning == DECIMAL ? read_decimal(r, value, m.scale, &number)
                 : m.meaning == TIME
                     ? read_time(r, value, &number)
                     : read_plain(r, value, narrow ? UINT32_MAX : INT64_MAX, &number);
    if (!sound)
        return false;
    if (narrow && (number < 0 || number > UINT32_MAX))
        return fail(r, "超出取值范围", "out of range");
    uint32_t low = (uint32_t)number;
    memcpy(member, narrow ? (void *)&low : (void *)&number, narrow ? sizeof low : sizeof number);
    return true;
}

static bool read_bool(struct read *r, const json_t *value, protobuf_c_boolean *out)
{
    const char *text = json_string_value(value);
    if (json_is_boolean(value))
        *out = json_is_true(value);
    else if (text && is_any(text, "0", "1"))
        *out = text[0] == '1';
    else
        return fail(r, "须为 true、false、\"0\" 或 \"1\"", "must be true, false, \"0\" or \"1\"");
    return true;
}

static bool read_text(struct read *r, const json_t *value, char **out)
{
    if (!json_is_string(value))
        return fail(r, "须为字符串", "must be a string");
    *out = arena_copy(r->arena, json_string_value(value), json_string_length(value));
    return *out ? true : fail(r, "内存不足", "out of memory");
}

static bool read_object(struct read *r, json_t *object, ProtobufCMessage *message, bool nested);

static bool read_message(struct read *r, const ProtobufCFieldDescriptor *f, json_t *value,
                         ProtobufCMessage **out)
{
    const ProtobufCMessageDescriptor *d = f->descriptor;
    *out = arena_alloc(r->arena, d->sizeof_message);
    if (!*out)
        return fail(r, "内存不足", "out of memory");
    protobuf_c_message_init(d, *out);
    return read_object(r, value, *out, true);
}

static bool read_value(struct read *r, const ProtobufCFieldDescriptor *f, json_t *value,
                       void *member)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        return read_text(r, value, member);
    case PROTOBUF_C_TYPE_BOOL:
        return read_bool(r, value, member);
    case PROTOBUF_C_TYPE_MESSAGE:
        return read_message(r, f, value, member);
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_ENUM:
        return fail(r, "该字段只出现在应答中", "this field is of replies only");
    default:
        return read_number(r, f, value, member);
    }
}

/* Texts and messages alone repeat in a request; a single value stands for a list of one. */
static bool read_list(struct read *r, const ProtobufCFieldDescriptor *f, json_t *value,
                      ProtobufCMessage *message)
{
    bool many = json_is_array(value);
    size_t count = many ? json_array_size(value) : 1, depth = strlen(r->path);
    void **list = arena_alloc(r->arena, count * sizeof *list);
    if (!list)
        return fail(r, "内存不足", "out of memory");
    for (size_t i = 0; i < count; i++) {
        if (many)
            snprintf(r->path + depth, sizeof r->path - depth, "[%zu]", i);
        if (!read_value(r, f, many ? json_array_get(value, i) : value, &list[i]))
            return false;
    }
    r->path[depth] = '\0';
    memcpy((char *)message + f->quantifier_offset, &count, sizeof count);
    memcpy((char *)message + f->offset, &list, sizeof list);
    return true;
}

static bool read_field(struct read *r, const char *key, json_t *value, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, key);
    if (!f)
        return fail(r, "未知字段", "unknown field");
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return read_list(r, f, value, message);
    if (!read_value(r, f, value, (char *)message + f->offset))
        return false;
    bool flagged = f->label == PROTOBUF_C_LABEL_OPTIONAL && f->type != PROTOBUF_C_TYPE_STRING &&
                   f->type != PROTOBUF_C_TYPE_MESSAGE;
    protobuf_c_boolean has = true;
    if (flagged)
        memcpy((char *)message + f->quantifier_offset, &has, sizeof has);
    return true;
}

static void path_push(struct read *r, size_t depth, const char *key)
{
    snprintf(r->path + depth, sizeof r->path - depth, "%s%s", depth ? "." : "", key);
}

static bool read_object(struct read *r, json_t *object, ProtobufCMessage *message, bool nested)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;
    size_t depth = strlen(r->path);
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return fail(r, "须为对象", "must be an object");
    json_object_foreach(object, key, value)
    {
        path_push(r, depth, key);
        if (!read_field(r, key, value, message))
            return false;
        r->path[depth] = '\0';
    }
    for (unsigned i = 0; nested && i < d->n_fields; i++)
        if (d->fields[i].label == PROTOBUF_C_LABEL_REQUIRED &&
            !json_object_get(object, d->fields[i].name)) {
            path_push(r, depth, d->fields[i].name);
            return fail(r, "必填字段缺失", "a required field is missing");
        }
    return true;
}

bool json_read(json_t *object, ProtobufCMessage *message, struct arena *arena,
               struct json_fault *fault)
{
    struct read r = {.arena = arena, .fault = fault};
    return read_object(&r, object, message, false);
}

bool json_read_file(const char *path, ProtobufCMessage *message, struct arena *arena,
                    struct json_fault *fault)
{
    json_error_t error;
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "r");
    if (!file) {
        snprintf(fault->text, sizeof fault->text, "%s: 无法打开 / cannot be opened: %s", path,
                 strerror(errno));
        return false;
    }
    json_t *object = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    if (!standard)
        fclose(file);
    if (!object) {
        snprintf(fault->text, sizeof fault->text, "%s:%d:%d: 不是 JSON / not JSON: %s", path,
                 error.line, error.column, error.text);
        return false;
    }
    bool sound = json_read(object, message, arena, fault);
    json_decref(object);
    return sound;
}

static json_t *hexadecimal(const ProtobufCBinaryData *bytes)
{
    char *text = malloc(bytes->len * 2 + 1);
    if (!text)
        return NULL;
    text[0] = '\0';
    for (size_t i = 0; i < bytes->len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes->data[i]);
    json_t *value = json_string(text);
    free(text);
    return value;
}

/* The stored answer inside Found is shown as what it is. */
static json_t *write_bytes_field(const ProtobufCFieldDescriptor *f, const ProtobufCBinaryData *b)
{
    if (strcmp(f->name, "reply") != 0)
        return hexadecimal(b);
    Copay__Reply *reply = copay__reply__unpack(NULL, b->len, b->data);
    json_t *value = reply ? json_write(&reply->base) : hexadecimal(b);
    if (reply)
        copay__reply__free_unpacked(reply, NULL);
    return value;
}

static json_t *write_number(const ProtobufCFieldDescriptor *f, const void *member, bool count)
{
    struct field_meaning m = meaning_of(f);
    char text[MONEY_TEXT + DATE_TEXT];
    int64_t number = 0;
    int32_t narrow = 0;
    bool wide = f->type == PROTOBUF_C_TYPE_SINT64 || f->type == PROTOBUF_C_TYPE_INT64 ||
                f->type == PROTOBUF_C_TYPE_UINT64;
    if (wide)
        memcpy(&number, member, sizeof number);
    else
        memcpy(&narrow, member, sizeof narrow);
    if (!wide)
        number = f->type == PROTOBUF_C_TYPE_UINT32 ? (int64_t)(uint32_t)narrow : narrow;
    if (m.meaning == PLAIN || count)
        return json_integer(number);
    if (m.meaning == DATE)
        return json_string(date_format(narrow, text));
    if (m.meaning == TIME)
        return json_string(date_format_time(number, text));
    return json_string(money_format(number, m.scale, m.scale == 2 ? 2 : -1, text));
}

static json_t *write_outcome(int outcome)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&copay__outcome__descriptor, outcome);
    return value ? json_string(value->name) : json_integer(outcome);
}

static json_t *write_value(const ProtobufCFieldDescriptor *f, const void *member, bool count)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        return json_string(*(char *const *)member);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)member);
    case PROTOBUF_C_TYPE_MESSAGE:
        return json_write(*(ProtobufCMessage *const *)member);
    case PROTOBUF_C_TYPE_BYTES:
        return write_bytes_field(f, member);
    case PROTOBUF_C_TYPE_ENUM:
        return write_outcome(*(const int *)member);
    default:
        return write_number(f, member, count);
    }
}

static bool present(const ProtobufCFieldDescriptor *f, const ProtobufCMessage *message)
{
    const char *base = (const char *)message;
    if (f->label == PROTOBUF_C_LABEL_REQUIRED)
        return true;
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)(base + f->quantifier_offset) > 0;
    if (f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)(base + f->offset) != NULL;
    return *(const protobuf_c_boolean *)(base + f->quantifier_offset);
}

static json_t *write_list(const ProtobufCFieldDescriptor *f, const ProtobufCMessage *message)
{
    const char *base = (const char *)message;
    size_t count = *(const size_t *)(base + f->quantifier_offset);
    void *const *list = *(void *const *const *)(base + f->offset);
    json_t *array = json_array();
    for (size_t i = 0; array && i < count; i++)
        json_array_append_new(array, write_value(f, &list[i], false));
    return array;
}

json_t *json_write(const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;
    json_t *object = json_object();
    /* Accumulator.value is fen, or for stays and visits a count. */
    bool count = d == &copay__accumulator__descriptor &&
                 is_any(((const Copay__Accumulator *)message)->kind, "stays", "visits");
    for (unsigned i = 0; object && i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        if (!present(f, message))
            continue;
        bool list = f->label == PROTOBUF_C_LABEL_REPEATED;
        json_object_set_new(object, f->name,
                            list ? write_list(f, message)
                                 : write_value(f, (const char *)message + f->offset, count));
    }
    return object;
}
