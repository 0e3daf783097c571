/* The list and the whole are written together, so that they cannot part. */
#include "state/filings.h"

#include <string.h>

#include "state/inner.h"

enum err state_filings(struct state *state, const char *psn_no, struct person_filings *out)
{
    uint8_t bytes[FILINGS_BYTES_MAX];
    struct key key = key_person(psn_no, PERSON_FILINGS);
    size_t size = 0;
    out->count = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct reader r = reader_on(bytes, size);
    filings_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_filing(struct state *state, const char *number, struct filing_file *out)
{
    uint8_t bytes[FILING_FILE_BYTES_MAX];
    struct key key = key_filing(number);
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    filing_file_read(&r, out);
    return reader_done(&r) && strcmp(out->filed.number, number) == 0 ? ERR_OK : ERR_CORRUPT;
}

static uint32_t place_of(const struct person_filings *all, const char *number)
{
    uint32_t at = 0;
    while (at < all->count && strcmp(all->list[at].number, number) != 0)
        at++;
    return at;
}

void effects_put_filing(struct effects *effects, struct person_filings *all,
                        const struct filing_file *file)
{
    uint8_t list[FILINGS_BYTES_MAX], whole[FILING_FILE_BYTES_MAX];
    struct writer list_writer = writer_on(list, sizeof list);
    struct writer whole_writer = writer_on(whole, sizeof whole);
    const uint32_t at = place_of(all, file->filed.number);
    if (at == FILINGS_MAX) {
        effects_fail(effects, ERR_LIMIT);
        return;
    }
    all->list[at] = file->filed;
    all->count = at == all->count ? at + 1 : all->count;
    filings_write(&list_writer, all);
    effects_put_written(effects, key_person(file->psn_no, PERSON_FILINGS), &list_writer);
    filing_file_write(&whole_writer, file);
    effects_put_written(effects, key_filing(file->filed.number), &whole_writer);
}

void effects_drop_filing(struct effects *effects, struct person_filings *all, uint32_t at)
{
    CHECK(at < all->count);
    effects_delete(effects, key_filing(all->list[at].number));
    all->count--;
    memmove(&all->list[at], &all->list[at + 1], (all->count - at) * sizeof all->list[0]);
}
