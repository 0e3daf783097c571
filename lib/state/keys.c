/* Builds keys part by part; a part that cannot stand in a key latches and empties the whole. */
#include "state/keys.h"

#include <string.h>

#include "base/id.h"

#define SEPARATOR 0x1f

struct builder {
    struct key key;
    bool failed;
};

static struct builder begin(enum key_family family)
{
    struct builder b = {.key = {.size = 1}};
    b.key.bytes[0] = (uint8_t)family;
    return b;
}

static void add_bytes(struct builder *b, const void *bytes, size_t size)
{
    if (b->failed || size > KEY_MAX - b->key.size) {
        b->failed = true;
        return;
    }
    memcpy(b->key.bytes + b->key.size, bytes, size);
    b->key.size += size;
}

static void add_byte(struct builder *b, uint8_t byte)
{
    add_bytes(b, &byte, 1);
}

/* Whether any of the word's bytes is below 0x20, or is 0x7f. */
static bool word_has_control(const char *text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, text, sizeof word);
    uint64_t deletes = word ^ 0x7f * ones;
    uint64_t low = (word - 0x20 * ones) & ~word, zero = (deletes - ones) & ~deletes;
    return ((low | zero) & 0x80 * ones) != 0;
}

/* Eight bytes a step, the last eight as they lie: every key of every claim comes by here. */
static bool has_control(const char *text, size_t size)
{
    const char *end = text + size;
    if (size < 8) {
        for (; text < end; text++)
            if ((unsigned char)*text < 0x20 || (unsigned char)*text == 0x7f)
                return true;
        return false;
    }
    for (; end - text > 8; text += 8)
        if (word_has_control(text))
            return true;
    return word_has_control(end - 8);
}

bool key_text_valid(const char *text)
{
    return !has_control(text, strlen(text));
}

static void add_sized(struct builder *b, const char *text, size_t size)
{
    if (has_control(text, size))
        b->failed = true;
    add_bytes(b, text, size);
}

/* A text that may be empty. */
static void add_text(struct builder *b, const char *text)
{
    add_sized(b, text, strlen(text));
}

/* A text that names something. */
static void add_name(struct builder *b, const char *text)
{
    if (text[0] == '\0')
        b->failed = true;
    add_text(b, text);
}

static void add_separator(struct builder *b)
{
    add_byte(b, SEPARATOR);
}

/* A text of one length only, which needs no separator behind it. */
static void add_fixed(struct builder *b, const char *text, size_t size)
{
    size_t given = strlen(text);
    if (given != size)
        b->failed = true;
    add_sized(b, text, given);
}

/* Four digits, so that years sort as numbers. */
static void add_year(struct builder *b, uint16_t year)
{
    char text[4];
    if (year > 9999)
        b->failed = true;
    id_digits(text, year, sizeof text);
    add_bytes(b, text, sizeof text);
}

static struct key end(const struct builder *b)
{
    return b->failed ? (struct key){0} : b->key;
}

struct key key_message(const char *msgid)
{
    struct builder b = begin(KEY_MESSAGE);
    add_fixed(&b, msgid, ID_MSGID);
    return end(&b);
}

struct key key_operator(const char *actor, const char *msgid)
{
    struct builder b = begin(KEY_OPERATOR);
    add_name(&b, actor);
    add_separator(&b);
    add_name(&b, msgid);
    return end(&b);
}

struct key key_person(const char *psn_no, enum person_part part)
{
    struct builder b = begin(KEY_PERSON);
    add_name(&b, psn_no);
    add_separator(&b);
    add_byte(&b, (uint8_t)part);
    return end(&b);
}

struct key key_person_year(const char *psn_no, uint16_t year)
{
    struct builder b = begin(KEY_PERSON);
    add_name(&b, psn_no);
    add_separator(&b);
    add_byte(&b, PERSON_YEAR);
    add_year(&b, year);
    return end(&b);
}

struct key key_certificate(const char *psn_cert_type, const char *certno)
{
    struct builder b = begin(KEY_CERTIFICATE);
    add_name(&b, psn_cert_type);
    add_separator(&b);
    size_t from = b.key.size;
    add_name(&b, certno);
    for (size_t i = from; i < b.key.size; i++)
        if (b.key.bytes[i] >= 'a' && b.key.bytes[i] <= 'z')
            b.key.bytes[i] = (uint8_t)(b.key.bytes[i] - 'a' + 'A');
    return end(&b);
}

struct key key_settlement(const char *setl_id)
{
    struct builder b = begin(KEY_SETTLEMENT);
    add_fixed(&b, setl_id, ID_SETL);
    return end(&b);
}

struct key key_visit(const char *fixmedins_code, const char *ipt_otp_no, const char *chrg_bchno)
{
    struct builder b = begin(KEY_VISIT);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_name(&b, ipt_otp_no);
    add_separator(&b);
    add_name(&b, chrg_bchno);
    return end(&b);
}

struct key key_tally(const char *fixmedins_code, const struct reply_tally *tally)
{
    struct builder b = begin(KEY_TALLY);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_text(&b, tally->dev_no);
    add_separator(&b);
    add_text(&b, tally->insutype);
    add_separator(&b);
    add_text(&b, tally->clr_type);
    add_separator(&b);
    add_text(&b, tally->setl_optins);
    add_separator(&b);
    add_byte(&b, tally->refd_setl_flag ? '1' : '0');
    return end(&b);
}

struct key key_book(uint8_t owner_kind, const char *owner, const char *fund_pay_type, uint16_t year)
{
    struct builder b = begin(KEY_BOOK);
    if (owner_kind > 9)
        b.failed = true;
    add_byte(&b, (uint8_t)('0' + owner_kind));
    add_name(&b, owner);
    add_separator(&b);
    add_name(&b, fund_pay_type);
    add_separator(&b);
    add_year(&b, year);
    return end(&b);
}

struct key key_chunk(const struct hash *digest, uint32_t number)
{
    struct builder b = begin(KEY_CHUNK);
    const uint8_t big_endian[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                   (uint8_t)(number >> 8), (uint8_t)number};
    add_bytes(&b, digest->bytes, HASH_SIZE);
    add_bytes(&b, big_endian, sizeof big_endian);
    return end(&b);
}

struct key key_single(const char *name)
{
    struct builder b = begin(KEY_SINGLE);
    add_name(&b, name);
    return end(&b);
}

struct key key_import(const struct hash *file_digest)
{
    struct builder b = begin(KEY_IMPORT);
    add_bytes(&b, file_digest->bytes, HASH_SIZE);
    return end(&b);
}
