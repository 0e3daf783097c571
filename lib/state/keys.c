/* Builds keys part by part; a part that cannot stand in a key latches and empties the whole. */
#include "state/keys.h"

#include <string.h>

#include "base/date.h"

#define SEPARATOR 0x1f

/* Adds to a key that is the caller's, whose bytes nobody clears: most are never used. */
struct builder {
    struct key *key;
    unsigned separators;
    bool failed;
};

static struct builder begin(struct key *key, enum key_family family)
{
    key->size = 1;
    key->bytes[0] = (uint8_t)family;
    return (struct builder){.key = key};
}

static void add_bytes(struct builder *b, const void *bytes, size_t size)
{
    struct key *key = b->key;
    if (b->failed || size > KEY_MAX - key->size) {
        b->failed = true;
        return;
    }
    memcpy(key->bytes + key->size, bytes, size);
    key->size += size;
}

static void add_byte(struct builder *b, uint8_t byte)
{
    add_bytes(b, &byte, 1);
}

static bool is_control(uint8_t byte)
{
    return byte < 0x20 || byte == 0x7f;
}

bool key_text_valid(const char *text)
{
    for (; *text; text++)
        if (is_control((uint8_t)*text))
            return false;
    return true;
}

/* A text that may be empty. */
static void add_text(struct builder *b, const char *text)
{
    add_bytes(b, text, strlen(text));
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
    b->separators++;
    add_byte(b, SEPARATOR);
}

/* A text of one length only, which needs no separator behind it. */
static void add_fixed(struct builder *b, const char *text, size_t size)
{
    size_t given = strlen(text);
    if (given != size)
        b->failed = true;
    add_bytes(b, text, given);
}

/* As many digits, so that they sort as numbers. */
static void add_digits(struct builder *b, uint32_t number, int count)
{
    char text[10];
    uint32_t limit = 1;
    for (int i = 0; i < count; i++)
        limit *= 10;
    if (number >= limit)
        b->failed = true;
    id_digits(text, number, count);
    add_bytes(b, text, (size_t)count);
}

static void add_year(struct builder *b, uint16_t year)
{
    add_digits(b, year, 4);
}

typedef uint8_t block __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));
_Static_assert(sizeof(block) <= sizeof((struct key *)0)->bytes - KEY_MAX, "a key has its room");

/* How many control characters there are in the key, sixteen bytes a step: every key of every claim
 * comes by here. Spaces behind the key fill up the last step. */
static unsigned controls(struct key *key)
{
    block count = {0}, bytes;
    memset(key->bytes + key->size, ' ', sizeof bytes);
    for (size_t at = 0; at < key->size; at += sizeof bytes) {
        memcpy(&bytes, key->bytes + at, sizeof bytes);
        count -= (block)(bytes < 0x20) | (block)(bytes == 0x7f);
    }
    uint64_t pairs = ((halves)count)[0] + ((halves)count)[1];
    return (unsigned)(pairs * UINT64_C(0x0101010101010101) >> 56);
}

/* Ends a key of bytes that all stand where they must. */
static void end_fixed(const struct builder *b)
{
    if (b->failed)
        b->key->size = 0;
}

/* Ends a key with texts in it: it must hold no control character but its separators. */
static void end(const struct builder *b)
{
    if (b->failed || controls(b->key) != b->separators)
        b->key->size = 0;
}

struct key key_message(const char *msgid)
{
    struct key key;
    struct builder b = begin(&key, KEY_MESSAGE);
    add_fixed(&b, msgid, ID_MSGID);
    end(&b);
    return key;
}

struct key key_operator(const char *actor, const char *msgid)
{
    struct key key;
    struct builder b = begin(&key, KEY_OPERATOR);
    add_name(&b, actor);
    add_separator(&b);
    add_name(&b, msgid);
    end(&b);
    return key;
}

struct key key_person(const char *psn_no, enum person_part part)
{
    struct key key;
    struct builder b = begin(&key, KEY_PERSON);
    add_name(&b, psn_no);
    add_separator(&b);
    add_byte(&b, (uint8_t)part);
    end(&b);
    return key;
}

struct key key_person_year(const char *psn_no, uint16_t year)
{
    struct key key;
    struct builder b = begin(&key, KEY_PERSON);
    add_name(&b, psn_no);
    add_separator(&b);
    add_byte(&b, PERSON_YEAR);
    add_year(&b, year);
    end(&b);
    return key;
}

struct key key_certificate(const char *psn_cert_type, const char *certno)
{
    struct key key;
    struct builder b = begin(&key, KEY_CERTIFICATE);
    add_name(&b, psn_cert_type);
    add_separator(&b);
    size_t from = key.size;
    add_name(&b, certno);
    for (size_t i = from; i < key.size; i++)
        if (key.bytes[i] >= 'a' && key.bytes[i] <= 'z')
            key.bytes[i] = (uint8_t)(key.bytes[i] - 'a' + 'A');
    end(&b);
    return key;
}

struct key key_settlement(const char *setl_id)
{
    struct key key;
    struct builder b = begin(&key, KEY_SETTLEMENT);
    add_fixed(&b, setl_id, ID_SETL);
    end(&b);
    return key;
}

struct key key_visit(const char *fixmedins_code, const char *ipt_otp_no, const char *chrg_bchno)
{
    struct key key;
    struct builder b = begin(&key, KEY_VISIT);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_name(&b, ipt_otp_no);
    add_separator(&b);
    add_name(&b, chrg_bchno);
    end(&b);
    return key;
}

struct key key_encounter(const char *mdtrt_id)
{
    struct key key;
    struct builder b = begin(&key, KEY_ENCOUNTER);
    add_fixed(&b, mdtrt_id, ID_SETL);
    end(&b);
    return key;
}

struct key key_filing(const char *number)
{
    struct key key;
    struct builder b = begin(&key, KEY_FILING);
    add_fixed(&b, number, ID_SETL);
    end(&b);
    return key;
}

struct key key_bill(const char *mdtrt_id, const char *chrg_bchno)
{
    struct key key;
    struct builder b = begin(&key, KEY_BILL);
    add_fixed(&b, mdtrt_id, ID_SETL);
    add_name(&b, chrg_bchno);
    end(&b);
    return key;
}

struct key key_fees(const char *mdtrt_id, const char *chrg_bchno, uint32_t chunk)
{
    struct key key;
    struct builder b = begin(&key, KEY_FEES);
    add_fixed(&b, mdtrt_id, ID_SETL);
    add_name(&b, chrg_bchno);
    add_separator(&b);
    add_digits(&b, chunk, 5);
    end(&b);
    return key;
}

struct key key_trace(const char *drug_trac_codg)
{
    struct key key;
    struct builder b = begin(&key, KEY_TRACE);
    add_name(&b, drug_trac_codg);
    end(&b);
    return key;
}

struct key key_traces(const char *setl_id)
{
    struct key key;
    struct builder b = begin(&key, KEY_TRACES);
    add_fixed(&b, setl_id, ID_SETL);
    end(&b);
    return key;
}

struct key key_inpatients(const char *fixmedins_code, uint32_t page)
{
    struct key key;
    struct builder b = begin(&key, KEY_INPATIENTS);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_digits(&b, page, 4);
    end(&b);
    return key;
}

struct key key_tally(const char *fixmedins_code, const struct reply_tally *tally)
{
    struct key key;
    struct builder b = begin(&key, KEY_TALLY);
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
    end(&b);
    return key;
}

/* Eight digits, so that they sort as days. */
static void add_date(struct builder *b, int32_t date)
{
    char compact[DATE_TEXT];
    date_format_compact(date_start_ms(date), compact);
    add_bytes(b, compact, 8);
}

struct key key_day(const char *fixmedins_code, int32_t date, const struct statement_kind *kind,
                   bool voids)
{
    struct key key;
    struct builder b = begin(&key, KEY_DAY);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_date(&b, date);
    add_text(&b, kind->insutype);
    add_separator(&b);
    add_text(&b, kind->clr_type);
    add_separator(&b);
    add_text(&b, kind->setl_optins);
    add_separator(&b);
    add_byte(&b, voids ? '1' : '0');
    end(&b);
    return key;
}

struct key key_day_kinds(const char *fixmedins_code, int32_t date, uint32_t page)
{
    struct key key;
    struct builder b = begin(&key, KEY_DAY_KINDS);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_date(&b, date);
    add_digits(&b, page, 4);
    end(&b);
    return key;
}

struct key key_shift(const char *fixmedins_code, const char *opter)
{
    struct key key;
    struct builder b = begin(&key, KEY_SHIFT);
    add_fixed(&b, fixmedins_code, ID_FIXMEDINS);
    add_name(&b, opter);
    end(&b);
    return key;
}

struct key key_book(uint8_t owner_kind, const char *owner, const char *fund_pay_type, uint16_t year)
{
    struct key key;
    struct builder b = begin(&key, KEY_BOOK);
    if (owner_kind > KEY_OWNER_KIND_MAX)
        b.failed = true;
    add_byte(&b, (uint8_t)('0' + owner_kind));
    add_name(&b, owner);
    add_separator(&b);
    add_name(&b, fund_pay_type);
    add_separator(&b);
    add_year(&b, year);
    end(&b);
    return key;
}

struct key key_chunk(const struct hash *digest, uint32_t number)
{
    struct key key;
    struct builder b = begin(&key, KEY_CHUNK);
    const uint8_t big_endian[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                   (uint8_t)(number >> 8), (uint8_t)number};
    add_bytes(&b, digest->bytes, HASH_SIZE);
    add_bytes(&b, big_endian, sizeof big_endian);
    end_fixed(&b);
    return key;
}

struct key key_single(const char *name)
{
    struct key key;
    struct builder b = begin(&key, KEY_SINGLE);
    add_name(&b, name);
    end(&b);
    return key;
}

struct key key_active_pack(enum pack_scope scope)
{
    return key_single(scope == PACK_PROVINCE ? "province" : "pack");
}

struct key key_proposal(enum pack_scope scope)
{
    return key_single(scope == PACK_PROVINCE ? "province_proposal" : "proposal");
}

struct key key_import(const struct hash *file_digest)
{
    struct key key;
    struct builder b = begin(&key, KEY_IMPORT);
    add_bytes(&b, file_digest->bytes, HASH_SIZE);
    end_fixed(&b);
    return key;
}
