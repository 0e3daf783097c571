/* The published head's text. Read by writing it again: only one text says what it says. */
#include "ledger/head.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_hex(const uint8_t *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

static bool get_hex(const char *text, size_t size, uint8_t *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 2 * size; i++) {
        const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
        if (!digit)
            return false;
        uint8_t value = (uint8_t)(digit - digits);
        out[i / 2] = i % 2 ? (uint8_t)(out[i / 2] | value) : (uint8_t)(value << 4);
    }
    return true;
}

enum err head_take(const uint8_t *head, struct signed_head *out)
{
    memset(out, 0, sizeof(*out));
    if (group_read(head, &out->group) || seal_read(head, &out->seal) != SEAL_WHOLE)
        return ERR_INVALID;
    out->hash = group_hash(head);
    return ERR_OK;
}

char *head_format(const struct signed_head *head, char text[HEAD_TEXT_MAX])
{
    char hash[HASH_TEXT], header[2 * GROUP_HASHED + 1], signature[2 * KEY_SIGNATURE + 1];
    char id[KEY_ID_TEXT];
    const struct group *group = &head->group;
    put_hex(group->head, GROUP_HASHED, header);
    put_hex(head->seal.signature, KEY_SIGNATURE, signature);
    int n = snprintf(text, HEAD_TEXT_MAX,
                     "copayd-head 1\nregion %s\ngroup %" PRIu64 "\nsequence %" PRIu64
                     "\nepoch %" PRIu64 "\nkey %s\nhash %s\nheader %s\nsignature %s\n",
                     group->region, group->number, group->first + group->count - 1, group->epoch,
                     key_id_format(head->seal.key_id, id), hash_format(&head->hash, hash), header,
                     signature);
    CHECK(n > 0 && n < HEAD_TEXT_MAX);
    return text;
}

/* The value behind "\nname ", or NULL. */
static const char *value_of(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? at + strlen(name) : NULL;
}

enum err head_parse(struct slice given, struct signed_head *out)
{
    char text[HEAD_TEXT_MAX], again[HEAD_TEXT_MAX];
    uint8_t head[GROUP_HEAD] = {0}, slot[SEAL_SIZE];
    struct seal seal;
    if (given.size >= sizeof(text) || memchr(given.data, 0, given.size))
        return ERR_INVALID;
    memcpy(text, given.data, given.size);
    text[given.size] = '\0';
    const char *key = value_of(text, "\nkey ");
    const char *header = value_of(text, "\nheader ");
    const char *signature = value_of(text, "\nsignature ");
    if (!key || !header || !signature || !get_hex(key, KEY_ID, seal.key_id) ||
        !get_hex(header, GROUP_HASHED, head) || !get_hex(signature, KEY_SIGNATURE, seal.signature))
        return ERR_INVALID;
    seal_store(&seal, slot);
    memcpy(head + GROUP_HASHED, slot, SEAL_SIZE);
    struct writer crc = writer_on(head + GROUP_HEAD - 4, 4);
    write_u32(&crc, hash_crc32(0, head, GROUP_HASHED));
    enum err err = head_take(head, out);
    if (err)
        return err;
    return strcmp(head_format(out, again), text) == 0 ? ERR_OK : ERR_INVALID;
}
