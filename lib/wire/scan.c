/* The scan: one pass over the bytes along the generated descriptors, which checks and, where there
 * is an arena, fills the generated structs as it goes. It stores nothing more once it has found
 * something wrong, so a hostile frame costs little more than its own length; protobuf-c's own
 * unpacking takes three times as long and checks less. Pure; the gate's thread. */
#include "wire/scan.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/utf8.h"

/* Wire types of the protobuf encoding. */
enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* Pointers that a repeated field has room for at first; a power of two. */
#define LIST_FIRST 8
/* Fields looked at before the descriptor is searched. */
#define FIELDS_NEAR 6

struct cursor {
    const uint8_t *at, *end;
};

/* One field as it stands on the wire. */
struct token {
    uint32_t number;
    uint8_t wire;
    uint64_t value;    /* of a varint; the length of a length-delimited field */
    const uint8_t *at; /* behind it */
    size_t size;       /* tag and length included */
};

struct scan {
    const struct scan_limit *limits;
    size_t limit_count;
    struct problems *problems;
    struct slice element; /* the repeated element that we are in */
    uint32_t label;       /* field that names it; 0: in none */
    bool found;
    struct arena *structs; /* NULL: nothing is stored */
    uint8_t *texts;        /* room for the rest of the texts */
    bool exhausted;
};

static uint64_t repeated_byte(uint8_t byte)
{
    return UINT64_MAX / UINT8_MAX * byte;
}

static uint64_t eight(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

/* The low seven bits of each byte, put together. */
static uint64_t squeeze(uint64_t word)
{
    word &= repeated_byte(0x7f);
    word = (word & UINT64_C(0x007f007f007f007f)) | (word & UINT64_C(0x7f007f007f007f00)) >> 1;
    word = (word & UINT64_C(0x00003fff00003fff)) | (word & UINT64_C(0x3fff00003fff0000)) >> 2;
    return (word & UINT64_C(0x000000000fffffff)) | (word & UINT64_C(0x0fffffff00000000)) >> 4;
}

static __attribute__((noinline)) bool cursor_varint_slow(struct cursor *c, uint64_t *value)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && c->at < c->end; shift += 7) {
        uint8_t byte = *c->at++;
        if (shift == 63 && byte > 1)
            return false;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = v;
            return true;
        }
    }
    return false;
}

/* One of several bytes: all at once where eight can be read and it ends in them. */
static inline bool cursor_long_varint(struct cursor *c, uint64_t *value)
{
    if (c->end - c->at < (ptrdiff_t)sizeof *value)
        return cursor_varint_slow(c, value);
    uint64_t word = eight(c->at);
    uint64_t last = ~word & repeated_byte(0x80);
    if (!last)
        return cursor_varint_slow(c, value);
    *value = squeeze(word & (last ^ (last - 1)));
    c->at += (__builtin_ctzll(last) + 1) / 8;
    return true;
}

static inline bool cursor_varint(struct cursor *c, uint64_t *value)
{
    if (c->at < c->end && *c->at < 0x80) { /* nearly every tag and length */
        *value = *c->at++;
        return true;
    }
    return cursor_long_varint(c, value);
}

static inline bool cursor_skip(struct cursor *c, uint64_t size)
{
    if (size > (uint64_t)(c->end - c->at))
        return false;
    c->at += size;
    return true;
}

static inline __attribute__((always_inline)) bool cursor_token(struct cursor *c, struct token *t)
{
    const uint8_t *start = c->at;
    uint64_t tag;
    if (!cursor_varint(c, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
        return false;
    t->number = (uint32_t)(tag >> 3);
    t->wire = tag & 7;
    t->value = 0;
    bool whole = false;
    switch (t->wire) {
    case WIRE_VARINT:
        whole = cursor_varint(c, &t->value);
        break;
    case WIRE_64:
        whole = cursor_skip(c, 8);
        break;
    case WIRE_32:
        whole = cursor_skip(c, 4);
        break;
    case WIRE_BYTES:
        whole = cursor_varint(c, &t->value) && cursor_skip(c, t->value);
        break;
    default: /* groups are not in our schema */
        break;
    }
    t->at = c->at;
    t->size = (size_t)(c->at - start);
    return whole;
}

/* What a length-delimited field holds. */
static struct slice token_bytes(const struct token *t)
{
    return (struct slice){.data = t->at - t->value, .size = t->value};
}

void scan_peek(struct slice bytes, uint32_t field, char *out, size_t capacity)
{
    struct cursor c = {.at = bytes.data, .end = bytes.data + bytes.size};
    struct token t;
    out[0] = '\0';
    while (c.at < c.end && cursor_token(&c, &t)) {
        if (t.number != field)
            continue;
        if (t.wire == WIRE_VARINT)
            snprintf(out, capacity, "%" PRIu64, t.value);
        if (t.wire != WIRE_BYTES || t.value >= capacity)
            return;
        struct slice text = token_bytes(&t);
        for (size_t i = 0; i < text.size; i++)
            if (text.data[i] <= ' ' || text.data[i] > '~')
                return;
        memcpy(out, text.data, text.size);
        out[text.size] = '\0';
        return;
    }
}

enum err scan_peek_msgid(struct slice bytes, uint32_t field, struct arena *arena,
                         const char **msgid)
{
    char text[ID_MSGID + 1];
    scan_peek(bytes, field, text, sizeof text);
    const char *copy = arena_copy(arena, text, strlen(text));
    if (!copy)
        return ERR_NOMEM;
    *msgid = copy;
    return ERR_OK;
}

static void report(struct scan *s, enum reason reason, const char *field, const char *value)
{
    char label[TEXT_ID_MAX + 1] = "";
    if (s->label)
        scan_peek(s->element, s->label, label, sizeof label);
    problem_add(s->problems, reason, field, label, value);
    s->found = true;
}

/* The bytes that are below ' ' or DEL have their top bit set; others may only behind one. */
static uint64_t controls(uint64_t word)
{
    uint64_t del = word ^ repeated_byte(0x7f);
    return (((word - repeated_byte(' ')) & ~word) | ((del - repeated_byte(1)) & ~del)) &
           repeated_byte(0x80);
}

/* The bytes from `at` on, count of them, at most eight; the rest is blanks. */
static uint64_t few(const uint8_t *at, size_t count)
{
    uint64_t word = repeated_byte(' ');
    for (size_t i = 0; i < count; i++)
        word = word << 8 | at[i];
    return word;
}

static void check_text(struct scan *s, const char *field, struct slice text)
{
    uint64_t bits = 0, bad = 0, word;
    const uint8_t *at = text.data, *end = text.data + text.size;
    for (; end - at > (ptrdiff_t)sizeof word; at += sizeof word) {
        word = eight(at);
        bits |= word;
        bad |= controls(word);
    }
    /* The last ones once more with those before them: nothing is looked at byte by byte. */
    word = text.size < sizeof word ? few(at, text.size) : eight(end - sizeof word);
    bits |= word;
    bad |= controls(word);
    if (bad)
        report(s, REASON_FIELD_INVALID, field, "control character");
    else if ((bits & repeated_byte(0x80)) && !utf8_valid(text.data, text.size, NULL))
        report(s, REASON_FIELD_INVALID, field, "UTF-8");
}

/* Cut to its type's width it would read as another one than was sent. */
static bool number_fits(ProtobufCType type, uint64_t value)
{
    switch (type) {
    case PROTOBUF_C_TYPE_BOOL:
        return value <= 1;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_SINT32:
        return value <= UINT32_MAX;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        return (int64_t)value >= INT32_MIN && (int64_t)value <= INT32_MAX;
    default:
        return true;
    }
}

/* ---- storing ---- */

static void *take(struct scan *s, size_t size)
{
    void *room = arena_alloc_raw(s->structs, size);
    if (!room)
        s->exhausted = true;
    return room;
}

static ProtobufCMessage *message_new(struct scan *s, const ProtobufCMessageDescriptor *d)
{
    ProtobufCMessage *m = take(s, d->sizeof_message);
    if (m)
        d->message_init(m);
    return m;
}

/* A copy with a NUL behind it: it never needs more room than tag, length and bytes took. */
static uint8_t *store_bytes(struct scan *s, struct slice bytes)
{
    uint8_t *copy = s->texts;
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    copy[bytes.size] = '\0';
    s->texts += bytes.size + 1;
    return copy;
}

/* Room for one more pointer behind the n that a repeated field has: lists double. */
static void *list_grow(struct scan *s, void *list, size_t n)
{
    if (n > 0 && (n < LIST_FIRST || (n & (n - 1)) != 0))
        return list;
    void *larger = take(s, (n > 0 ? 2 * n : LIST_FIRST) * sizeof(void *));
    if (larger && n > 0)
        memcpy(larger, list, n * sizeof(void *));
    return larger;
}

static void store_pointer(struct scan *s, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f,
                          void *value)
{
    void **place = (void **)((char *)m + f->offset);
    if (f->label != PROTOBUF_C_LABEL_REPEATED) {
        *place = value;
        return;
    }
    size_t *n = (size_t *)((char *)m + f->quantifier_offset);
    void **list = list_grow(s, *place, *n);
    if (!list)
        return;
    *place = list;
    list[(*n)++] = value;
}

static void store_number(void *place, ProtobufCType type, uint64_t value)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SINT32:
        *(uint32_t *)place = (uint32_t)(value >> 1) ^ -(uint32_t)(value & 1);
        return;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BOOL: /* an int */
        *(uint32_t *)place = (uint32_t)value;
        return;
    case PROTOBUF_C_TYPE_SINT64:
        *(uint64_t *)place = value >> 1 ^ -(value & 1);
        return;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        *(uint64_t *)place = value;
        return;
    default:
        CHECK(!"a type of our schema");
    }
}

static void store_field(struct scan *s, ProtobufCMessage *m, const struct token *t,
                        const ProtobufCFieldDescriptor *f)
{
    if (f->type == PROTOBUF_C_TYPE_STRING) {
        store_pointer(s, m, f, store_bytes(s, token_bytes(t)));
        return;
    }
    CHECK(f->label != PROTOBUF_C_LABEL_REPEATED);
    if (f->label == PROTOBUF_C_LABEL_OPTIONAL)
        *(protobuf_c_boolean *)((char *)m + f->quantifier_offset) = true;
    void *place = (char *)m + f->offset;
    if (f->type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *)place =
            (ProtobufCBinaryData){.len = t->value, .data = store_bytes(s, token_bytes(t))};
    else
        store_number(place, f->type, t->value);
}

/* ---- checking ---- */

static bool scan_fields(struct scan *s, struct slice bytes, const ProtobufCMessageDescriptor *d,
                        ProtobufCMessage *m);

/* A message inside one; stored only as long as nothing was found. */
static bool scan_inner(struct scan *s, const struct token *t, const ProtobufCFieldDescriptor *f,
                       ProtobufCMessage *m)
{
    ProtobufCMessage *inner = NULL;
    if (m && !s->found) {
        inner = message_new(s, f->descriptor);
        if (inner)
            store_pointer(s, m, f, inner);
        if (s->exhausted)
            return false;
    }
    return scan_fields(s, token_bytes(t), f->descriptor, inner);
}

/* Its position in the limits, or -1. */
static int limit_of(const struct scan *s, const ProtobufCMessageDescriptor *d,
                    const ProtobufCFieldDescriptor *f)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        for (size_t i = 0; i < s->limit_count; i++)
            if (s->limits[i].message == d && s->limits[i].field == f->id)
                return (int)i;
    return -1;
}

/* An element of a bounded field: `count` stand before it. False: the scan ends. */
static bool scan_element(struct scan *s, const struct token *t, const ProtobufCFieldDescriptor *f,
                         const struct scan_limit *limit, uint32_t count, ProtobufCMessage *m)
{
    char text[64];
    if (count >= limit->count_max) {
        snprintf(text, sizeof text, "> %" PRIu32, limit->count_max);
        report(s, limit->reason, f->name, text);
        return false;
    }
    struct slice outer = s->element;
    uint32_t outer_label = s->label;
    if (limit->label) {
        s->element = token_bytes(t);
        s->label = limit->label;
    }
    bool sound = t->size <= limit->bytes_max;
    if (sound) {
        sound = scan_inner(s, t, f, m);
    } else {
        snprintf(text, sizeof text, "%zu > %zu", t->size, limit->bytes_max);
        report(s, REASON_FIELD_TOO_LONG, f->name, text);
    }
    s->element = outer;
    s->label = outer_label;
    return sound;
}

/* False when the encoding itself is broken, so that reading on would guess. */
static bool scan_field(struct scan *s, const struct token *t, const ProtobufCFieldDescriptor *f,
                       const struct scan_limit *limit, uint32_t count, ProtobufCMessage *m)
{
    bool texts = f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_BYTES ||
                 f->type == PROTOBUF_C_TYPE_MESSAGE;
    if (t->wire != (texts ? WIRE_BYTES : WIRE_VARINT)) {
        report(s, REASON_MALFORMED, f->name, NULL);
        return false;
    }
    if (f->type == PROTOBUF_C_TYPE_MESSAGE)
        return limit ? scan_element(s, t, f, limit, count, m) : scan_inner(s, t, f, m);
    if (f->type == PROTOBUF_C_TYPE_STRING)
        check_text(s, f->name, token_bytes(t));
    else if (!texts && !number_fits(f->type, t->value))
        report(s, REASON_FIELD_INVALID, f->name, NULL);
    if (m && !s->found)
        store_field(s, m, t, f);
    return !s->exhausted;
}

static void report_missing(struct scan *s, const ProtobufCMessageDescriptor *d, uint64_t seen)
{
    for (unsigned i = 0; i < d->n_fields; i++)
        if (d->fields[i].label == PROTOBUF_C_LABEL_REQUIRED && !(seen >> i & 1))
            report(s, REASON_FIELD_MISSING, d->fields[i].name, NULL);
}

/* Senders write fields in the order of their numbers, so the next one is mostly near the last. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *d, unsigned hint,
                                                uint32_t number)
{
    for (unsigned i = hint; i < d->n_fields && i < hint + FIELDS_NEAR; i++)
        if (d->fields[i].id == number)
            return &d->fields[i];
    return protobuf_c_message_descriptor_get_field(d, number);
}

static bool scan_fields(struct scan *s, struct slice bytes, const ProtobufCMessageDescriptor *d,
                        ProtobufCMessage *m)
{
    struct cursor c = {.at = bytes.data, .end = bytes.data + bytes.size};
    uint64_t seen = 0;
    unsigned near = 0;
    uint32_t counts[SCAN_LIMITS_MAX] = {0};
    CHECK(d->n_fields <= 64);
    while (c.at < c.end) {
        struct token t;
        if (!cursor_token(&c, &t)) {
            report(s, REASON_MALFORMED, NULL, NULL);
            return false;
        }
        const ProtobufCFieldDescriptor *f = field_of(d, near, t.number);
        if (!f) /* a newer client's: it asks for nothing that this version knows */
            continue;
        near = (unsigned)(f - d->fields);
        uint64_t bit = UINT64_C(1) << near;
        if (f->label != PROTOBUF_C_LABEL_REPEATED && seen & bit)
            report(s, REASON_FIELD_INVALID, f->name, "twice");
        seen |= bit;
        int limit = limit_of(s, d, f);
        if (!scan_field(s, &t, f, limit < 0 ? NULL : &s->limits[limit],
                        limit < 0 ? 0 : counts[limit]++, m))
            return false;
    }
    report_missing(s, d, seen);
    return true;
}

static enum err scan(struct scan *s, struct slice bytes, const ProtobufCMessageDescriptor *message,
                     ProtobufCMessage *m)
{
    CHECK(s->limit_count <= SCAN_LIMITS_MAX);
    if (bytes.size == 0)
        bytes.data = (const uint8_t *)"";
    bool sound = scan_fields(s, bytes, message, m);
    if (s->exhausted)
        return ERR_NOMEM;
    return sound && !s->found ? ERR_OK : ERR_INVALID;
}

enum err scan_message(struct slice bytes, const ProtobufCMessageDescriptor *message,
                      const struct scan_limit *limits, size_t limit_count,
                      struct problems *problems)
{
    struct scan s = {.limits = limits, .limit_count = limit_count, .problems = problems};
    return scan(&s, bytes, message, NULL);
}

enum err scan_unpack(struct slice bytes, const ProtobufCMessageDescriptor *message,
                     const struct scan_limit *limits, size_t limit_count, struct arena *arena,
                     struct arena *scratch, struct problems *problems, ProtobufCMessage **out)
{
    struct scan s = {
        .limits = limits, .limit_count = limit_count, .problems = problems, .structs = scratch};
    s.texts = arena_alloc_raw(arena, bytes.size);
    *out = message_new(&s, message);
    return s.exhausted || !s.texts ? ERR_NOMEM : scan(&s, bytes, message, *out);
}
