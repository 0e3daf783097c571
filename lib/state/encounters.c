/* Lines are kept in chunks of one inline value, so that a day's upload writes what it brings and at
 * most one chunk again. */
#include "state/encounters.h"

#include <string.h>

#include "base/money.h"
#include "state/inner.h"

#define CHUNK_VERSION 1
#define PAGE_VERSION 1
/* Below VALUE_INLINE_MAX by the key and what the store adds. */
#define CHUNK_BYTES_MAX 1900
_Static_assert(STAY_LINES_MAX / (CHUNK_BYTES_MAX / FEE_LINE_BYTES_MAX) < KEY_CHUNKS,
               "the longest lines of the longest stay have their chunks");
_Static_assert(ENCOUNTER_BYTES_MAX < VALUE_INLINE_MAX, "an encounter is one inline value");

enum err state_encounter(struct state *state, const char *mdtrt_id, struct encounter *out)
{
    uint8_t bytes[ENCOUNTER_BYTES_MAX];
    struct key key = key_encounter(mdtrt_id);
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    encounter_read(&r, out);
    return reader_done(&r) && strcmp(out->mdtrt_id, mdtrt_id) == 0 ? ERR_OK : ERR_CORRUPT;
}

enum err state_bill(struct state *state, const char *mdtrt_id, const char *chrg_bchno,
                    struct encounter_bill *out)
{
    uint8_t bytes[ENCOUNTER_BILL_BYTES_MAX];
    struct key key = key_bill(mdtrt_id, chrg_bchno);
    size_t size = 0;
    *out = (struct encounter_bill){0};
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    encounter_bill_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

/* Behind its head: so many lines. */
static enum err open_chunk(struct state *state, struct key key, uint8_t bytes[CHUNK_BYTES_MAX],
                           struct reader *r, uint32_t *count)
{
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, CHUNK_BYTES_MAX, &size);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    *r = reader_on(bytes, size);
    r->failed |= read_u8(r) != CHUNK_VERSION;
    *count = read_u16(r);
    return r->failed ? ERR_CORRUPT : ERR_OK;
}

static enum err read_chunk(struct state *state, struct key key, struct arena *arena,
                           struct claim_line *lines, uint32_t room, uint32_t *count)
{
    uint8_t bytes[CHUNK_BYTES_MAX];
    struct reader r;
    enum err err = open_chunk(state, key, bytes, &r, count);
    if (err != ERR_OK || *count > room)
        return err != ERR_OK ? err : ERR_CORRUPT;
    for (uint32_t i = 0; i < *count && !r.failed; i++)
        fee_line_read(&r, arena, &lines[i]);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_bill_lines(struct state *state, const char *mdtrt_id, const char *chrg_bchno,
                          const struct encounter_bill *bill, uint32_t more, struct arena *arena,
                          struct claim_line **lines)
{
    uint32_t have = 0;
    *lines = arena_alloc_raw(arena, ((size_t)bill->line_count + more) * sizeof **lines);
    if (!*lines)
        return ERR_NOMEM;
    for (uint32_t chunk = 0; chunk < bill->chunk_count; chunk++) {
        uint32_t count;
        enum err err = read_chunk(state, key_fees(mdtrt_id, chrg_bchno, chunk), arena,
                                  *lines + have, bill->line_count - have, &count);
        if (err != ERR_OK)
            return err;
        have += count;
    }
    return have == bill->line_count ? ERR_OK : ERR_CORRUPT;
}

enum err state_bill_page(struct state *state, const char *mdtrt_id, const char *chrg_bchno,
                         const struct encounter_bill *bill, uint32_t chunk, struct arena *arena,
                         struct claim_line **lines, uint32_t *count)
{
    const uint32_t most = BILL_PAGE * (CHUNK_BYTES_MAX / FEE_LINE_BYTES_MIN);
    const uint32_t room = bill->line_count < most ? bill->line_count : most;
    *count = 0;
    *lines = arena_alloc_raw(arena, room * sizeof **lines);
    if (!*lines)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < BILL_PAGE && chunk + i < bill->chunk_count; i++) {
        uint32_t more;
        enum err err = read_chunk(state, key_fees(mdtrt_id, chrg_bchno, chunk + i), arena,
                                  *lines + *count, room - *count, &more);
        if (err != ERR_OK)
            return err;
        *count += more;
    }
    return ERR_OK;
}

enum err state_stay(struct state *state, const char *psn_no, char mdtrt_id[ID_SETL + 1])
{
    return state_read_id(state, key_person(psn_no, PERSON_STAY), mdtrt_id, ID_SETL + 1);
}

enum err state_inpatients(struct state *state, const char *fixmedins_code, uint32_t page,
                          struct inpatients *out)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct key key = key_inpatients(fixmedins_code, page);
    size_t size = 0;
    out->count = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    r.failed |= read_u8(&r) != PAGE_VERSION;
    uint32_t count = read_u8(&r);
    r.failed |= count > INPATIENTS_PAGE;
    for (uint32_t i = 0; i < count && !r.failed; i++)
        read_packed(&r, out->mdtrt_ids[i], sizeof out->mdtrt_ids[i]);
    out->count = count;
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

/* ---- effects ---- */

void effects_put_encounter(struct effects *effects, const struct encounter *encounter)
{
    uint8_t bytes[ENCOUNTER_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    encounter_write(&w, encounter);
    effects_put_written(effects, key_encounter(encounter->mdtrt_id), &w);
}

void effects_put_bill(struct effects *effects, const char *mdtrt_id, const char *chrg_bchno,
                      const struct encounter_bill *bill)
{
    uint8_t bytes[ENCOUNTER_BILL_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    if (!bill) {
        effects_delete(effects, key_bill(mdtrt_id, chrg_bchno));
        return;
    }
    encounter_bill_write(&w, bill);
    effects_put_written(effects, key_bill(mdtrt_id, chrg_bchno), &w);
}

/* A chunk under construction. */
struct chunk {
    struct effects *effects;
    const char *mdtrt_id, *chrg_bchno;
    uint32_t number;
    uint16_t count;
    uint8_t bytes[CHUNK_BYTES_MAX]; /* version, count, lines */
    size_t used;
};

#define CHUNK_HEAD 3

static void chunk_put(struct chunk *chunk)
{
    struct writer w = writer_on(chunk->bytes, CHUNK_HEAD);
    write_u8(&w, CHUNK_VERSION);
    write_u16(&w, chunk->count);
    w = (struct writer){.data = chunk->bytes, .size = chunk->used, .used = chunk->used};
    effects_put_written(chunk->effects, key_fees(chunk->mdtrt_id, chunk->chrg_bchno, chunk->number),
                        &w);
}

static void chunk_begin(struct chunk *chunk, uint32_t number)
{
    chunk->number = number;
    chunk->count = 0;
    chunk->used = CHUNK_HEAD;
}

static void chunk_add(struct chunk *chunk, const struct claim_line *line)
{
    uint8_t bytes[FEE_LINE_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    fee_line_write(&w, line);
    if (w.failed) {
        effects_fail(chunk->effects, ERR_LIMIT);
        return;
    }
    if (chunk->used + w.used > CHUNK_BYTES_MAX) {
        chunk_put(chunk);
        chunk_begin(chunk, chunk->number + 1);
    }
    memcpy(chunk->bytes + chunk->used, bytes, w.used);
    chunk->used += w.used;
    chunk->count++;
}

/* Adds the lines to bill and chunk, and puts what is not full. */
static void add_all(struct chunk *chunk, struct encounter_bill *bill,
                    const struct claim_line *lines, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        chunk_add(chunk, &lines[i]);
        if (!money_add(&bill->medfee_sumamt, lines[i].det_item_fee_sumamt))
            effects_fail(chunk->effects, ERR_LIMIT);
    }
    bill->line_count += count;
    if (chunk->count > 0)
        chunk_put(chunk);
    bill->chunk_count = chunk->number + (chunk->count > 0);
}

void effects_add_lines(struct effects *effects, struct state *state, const char *mdtrt_id,
                       const char *chrg_bchno, struct encounter_bill *bill,
                       const struct claim_line *lines, uint32_t count)
{
    struct chunk chunk = {.effects = effects, .mdtrt_id = mdtrt_id, .chrg_bchno = chrg_bchno};
    chunk_begin(&chunk, 0);
    if (bill->chunk_count > 0) {
        struct reader r = {0};
        uint32_t have = 0;
        chunk_begin(&chunk, bill->chunk_count - 1);
        enum err err =
            open_chunk(state, key_fees(mdtrt_id, chrg_bchno, chunk.number), chunk.bytes, &r, &have);
        if (err != ERR_OK) {
            effects_fail(effects, err);
            return;
        }
        chunk.used = r.size;
        chunk.count = (uint16_t)have;
    }
    add_all(&chunk, bill, lines, count);
}

void effects_set_lines(struct effects *effects, const char *mdtrt_id, const char *chrg_bchno,
                       struct encounter_bill *bill, const struct claim_line *lines, uint32_t count)
{
    struct chunk chunk = {.effects = effects, .mdtrt_id = mdtrt_id, .chrg_bchno = chrg_bchno};
    const uint32_t before = bill->chunk_count;
    chunk_begin(&chunk, 0);
    bill->line_count = bill->chunk_count = 0;
    bill->medfee_sumamt = 0;
    add_all(&chunk, bill, lines, count);
    for (uint32_t i = bill->chunk_count; i < before; i++)
        effects_delete(effects, key_fees(mdtrt_id, chrg_bchno, i));
}

void effects_put_visit(struct effects *effects, const struct encounter *encounter,
                       const char *mdtrt_id)
{
    struct key key = key_visit(encounter->fixmedins_code, encounter->ipt_otp_no, VISIT_BATCH);
    if (mdtrt_id)
        effects_put_id(effects, key, mdtrt_id);
    else
        effects_delete(effects, key);
}

static void put_page(struct effects *effects, const char *fixmedins_code, uint32_t number,
                     const struct inpatients *page)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    if (page->count == 0) {
        effects_delete(effects, key_inpatients(fixmedins_code, number));
        return;
    }
    write_u8(&w, PAGE_VERSION);
    write_u8(&w, (uint8_t)page->count);
    for (uint32_t i = 0; i < page->count; i++)
        write_packed(&w, page->mdtrt_ids[i]);
    effects_put_written(effects, key_inpatients(fixmedins_code, number), &w);
}

static void set_id(char out[ID_SETL + 1], const char *id)
{
    memmove(out, id, ID_SETL + 1); /* of the last, its own place */
}

void effects_enter(struct effects *effects, struct state *state, const struct encounter *encounter)
{
    struct inpatients page, next;
    uint32_t number = 0;
    enum err err = state_inpatients(state, encounter->fixmedins_code, 0, &page);
    while (err == ERR_OK && page.count == INPATIENTS_PAGE) {
        err = state_inpatients(state, encounter->fixmedins_code, ++number, &next);
        page = next;
    }
    if (err != ERR_OK && err != ERR_NOTFOUND) {
        effects_fail(effects, err);
        return;
    }
    set_id(page.mdtrt_ids[page.count++], encounter->mdtrt_id);
    put_page(effects, encounter->fixmedins_code, number, &page);
    effects_put_id(effects, key_person(encounter->psn_no, PERSON_STAY), encounter->mdtrt_id);
}

static int find_in_page(const struct inpatients *page, const char *mdtrt_id)
{
    for (uint32_t i = 0; i < page->count; i++)
        if (strcmp(page->mdtrt_ids[i], mdtrt_id) == 0)
            return (int)i;
    return -1;
}

/* The last of all takes the place of the one that leaves. */
void effects_leave(struct effects *effects, struct state *state, const struct encounter *encounter)
{
    struct inpatients page, held, last = {0};
    uint32_t number = 0, last_number = 0, held_number = 0;
    int at = -1;
    enum err err;
    while ((err = state_inpatients(state, encounter->fixmedins_code, number, &page)) == ERR_OK) {
        int found = find_in_page(&page, encounter->mdtrt_id);
        if (found >= 0) {
            at = found;
            held = page;
            held_number = number;
        }
        last = page;
        last_number = number++;
    }
    effects_delete(effects, key_person(encounter->psn_no, PERSON_STAY));
    if (err != ERR_NOTFOUND || at < 0 || last.count == 0) {
        effects_fail(effects, err == ERR_NOTFOUND ? ERR_CORRUPT : err);
        return;
    }
    if (held_number == last_number) {
        set_id(last.mdtrt_ids[at], last.mdtrt_ids[last.count - 1]);
    } else {
        set_id(held.mdtrt_ids[at], last.mdtrt_ids[last.count - 1]);
        put_page(effects, encounter->fixmedins_code, held_number, &held);
    }
    last.count--;
    put_page(effects, encounter->fixmedins_code, last_number, &last);
}
