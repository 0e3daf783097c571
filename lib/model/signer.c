/* Layout of the signer's row and of what a key change is signed over. Pure. */
#include "model/signer.h"

#include <string.h>

#define SIGNER_VERSION 1

void signer_write(struct writer *w, const struct signer *signer)
{
    write_u8(w, SIGNER_VERSION);
    write_u8(w, signer->algorithm);
    write_u64(w, signer->sequence);
    write_u64(w, signer->previous);
    write_bytes(w, signer->id, SIGNER_ID);
    write_bytes(w, signer->by, SIGNER_ID);
    write_u8(w, signer->spki_size);
    write_bytes(w, signer->spki, signer->spki_size);
    write_bytes(w, signer->signature, SIGNER_SIGNATURE);
}

static void read_into(struct reader *r, uint8_t *out, size_t size)
{
    const uint8_t *bytes = read_bytes(r, size);
    if (bytes)
        memcpy(out, bytes, size);
}

void signer_read(struct reader *r, struct signer *signer)
{
    memset(signer, 0, sizeof *signer);
    if (read_u8(r) != SIGNER_VERSION)
        r->failed = true;
    signer->algorithm = read_u8(r);
    signer->sequence = read_u64(r);
    signer->previous = read_u64(r);
    read_into(r, signer->id, SIGNER_ID);
    read_into(r, signer->by, SIGNER_ID);
    signer->spki_size = read_u8(r);
    if (signer->spki_size > SIGNER_SPKI_MAX) {
        signer->spki_size = 0;
        r->failed = true;
    }
    read_into(r, signer->spki, signer->spki_size);
    read_into(r, signer->signature, SIGNER_SIGNATURE);
}

bool signer_of(const struct record *record, struct signer *signer)
{
    struct reader effects = reader_on(record->effects.data, record->effects.size);
    struct slice key, value;
    if (record->kind != RECORD_KEY_CHANGE || !effect_read(&effects, &key, &value) || !value.data)
        return false;
    struct reader r = reader_on(value.data, value.size);
    signer_read(&r, signer);
    return reader_done(&r);
}

struct slice signer_statement(const struct signer *signer, const char *region,
                              uint8_t out[SIGNER_STATEMENT_MAX])
{
    struct writer w = writer_on(out, SIGNER_STATEMENT_MAX);
    CHECK(strlen(region) == ID_ADMDVS);
    write_bytes(&w, region, ID_ADMDVS);
    write_u64(&w, signer->previous);
    write_bytes(&w, signer->by, SIGNER_ID);
    write_u8(&w, signer->algorithm);
    write_u8(&w, signer->spki_size);
    write_bytes(&w, signer->spki, signer->spki_size);
    CHECK(!w.failed);
    return (struct slice){out, w.used};
}
