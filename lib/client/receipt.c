/* lib/ledger proves the bytes; this reads what they say and that they say it of one settlement. */
#include "client/receipt.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "client/error.h"
#include "ledger/receipt.h"
#include "model/record.h"

_Static_assert(sizeof(((struct copay_receipt *)0)->setl_id) > ID_SETL, "a setl_id fits");
_Static_assert(sizeof(((struct copay_receipt *)0)->key_id) == KEY_ID_TEXT, "a key's id fits");

static enum copay_status wrong(struct copay_error *error, const char *zh, const char *en)
{
    return error_set(error, COPAY_REFUSED, zh, en, NULL);
}

static enum copay_status wrong_part(struct copay_error *error, const struct receipt_fault *fault)
{
    char number[32];
    (void)snprintf(number, sizeof number, "组头 header %u", fault->header);
    return error_set(error, COPAY_REFUSED, fault->zh, fault->en, fault->header ? number : NULL);
}

/* The record says itself which it is; a ledger of ours could say nothing else. */
static enum copay_status read_record(const struct receipt *proven, struct copay_receipt *out,
                                     struct copay_error *error)
{
    struct record record;
    if (record_read(proven->record, &record) != ERR_OK || record.sequence != proven->sequence)
        return wrong(error, "记录无法读取，或不是该序号的记录",
                     "the record cannot be read, or is not of that sequence");
    out->time_ms = record.time_ms;
    if (record.schema != SCHEMA_TERMINAL)
        return wrong(error, "记录不是医药机构的业务", "the record is not an institution's");
    out->request = copay__request__unpack(NULL, record.request.size, record.request.data);
    out->reply = copay__reply__unpack(NULL, record.reply.size, record.reply.data);
    if (!out->request || !out->reply)
        return wrong(error, "记录中的报文无法读取", "the record's messages cannot be read");
    const char *setl_id = out->reply->settlement ? out->reply->settlement->setl_id : NULL;
    id_format_setl(out->region, date_of_time(record.time_ms), record.sequence, out->setl_id);
    if (!setl_id || strcmp(setl_id, out->setl_id) != 0)
        return wrong(error, "记录中没有该结算", "the record holds no such settlement");
    return COPAY_DONE;
}

enum copay_status copay_receipt_check(const uint8_t *bytes, size_t size, const char *pem,
                                      size_t pem_size, struct copay_receipt *out,
                                      struct copay_error *error)
{
    struct verify_key key;
    struct receipt proven;
    struct receipt_fault fault;
    memset(out, 0, sizeof *out);
    memset(error, 0, sizeof *error);
    if (verify_key_read_pem((struct slice){(const uint8_t *)pem, pem_size}, &key) != ERR_OK)
        return error_set(error, COPAY_INVALID, "公钥无法使用", "the public key cannot be used",
                         NULL);
    if (!receipt_check((struct slice){bytes, size}, &key, &proven, &fault))
        return wrong_part(error, &fault);
    memcpy(out->region, proven.first.region, ID_ADMDVS);
    (void)snprintf(out->algorithm, sizeof out->algorithm, "%s", key_algorithm_name(key.algorithm));
    key_id_format(proven.seal.key_id, out->key_id);
    out->sequence = proven.sequence;
    out->group = proven.first.number;
    out->sealed = proven.last.number;
    out->sealed_sequence = proven.last.first + proven.last.count - 1;
    enum copay_status status = read_record(&proven, out, error);
    if (status != COPAY_DONE)
        copay_receipt_free(out);
    return status;
}

void copay_receipt_free(struct copay_receipt *receipt)
{
    if (receipt->request)
        copay__request__free_unpacked((Copay__Request *)receipt->request, NULL);
    if (receipt->reply)
        copay__reply__free_unpacked((Copay__Reply *)receipt->reply, NULL);
    receipt->request = NULL;
    receipt->reply = NULL;
}
