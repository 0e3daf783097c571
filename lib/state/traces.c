/* One key for each box, and one list for each settlement, so that its void finds them. */
#include "state/traces.h"

#include <stdlib.h>
#include <string.h>

#include "state/inner.h"

#define TRACE_VERSION 1
#define TRACES_VERSION 1

enum err state_trace(struct state *state, const char *drug_trac_codg, struct trace_entry *out)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct key key = key_trace(drug_trac_codg);
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    r.failed |= read_u8(&r) != TRACE_VERSION;
    out->trdn_flag = read_u8(&r) != 0;
    out->count = (uint32_t)read_varint(&r);
    read_packed(&r, out->setl_id, sizeof out->setl_id);
    return reader_done(&r) && out->count > 0 ? ERR_OK : ERR_CORRUPT;
}

void effects_put_trace(struct effects *effects, const char *drug_trac_codg,
                       const struct trace_entry *entry)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    if (!entry) {
        effects_delete(effects, key_trace(drug_trac_codg));
        return;
    }
    write_u8(&w, TRACE_VERSION);
    write_u8(&w, entry->trdn_flag);
    write_varint(&w, entry->count);
    write_packed(&w, entry->setl_id);
    effects_put_written(effects, key_trace(drug_trac_codg), &w);
}

static enum err read_list(struct slice bytes, struct arena *arena, struct trace **list,
                          uint32_t *count)
{
    struct reader r = reader_on(bytes.data, bytes.size);
    r.failed |= read_u8(&r) != TRACES_VERSION;
    uint64_t boxes = read_varint(&r);
    if (r.failed || boxes > TRACES_MAX)
        return ERR_CORRUPT;
    *list = arena_alloc(arena, boxes * sizeof **list);
    if (!*list)
        return ERR_NOMEM;
    for (uint64_t i = 0; i < boxes && !r.failed; i++) {
        char code[TEXT_CODE_MAX + 1];
        (*list)[i].trdn_flag = read_u8(&r) != 0;
        read_packed(&r, code, sizeof code);
        (*list)[i].drug_trac_codg = arena_copy(arena, code, strlen(code));
        if (!(*list)[i].drug_trac_codg)
            return ERR_NOMEM;
    }
    *count = (uint32_t)boxes;
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_traces(struct state *state, const char *setl_id, struct arena *arena,
                      struct trace **list, uint32_t *count)
{
    struct key key = key_traces(setl_id);
    uint8_t *bytes = NULL;
    size_t size;
    *list = NULL;
    *count = 0;
    enum err err =
        key.size ? store_get_copy(state->store, key_slice(&key), &bytes, &size) : ERR_NOTFOUND;
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    err = read_list((struct slice){bytes, size}, arena, list, count);
    free(bytes);
    return err;
}

void effects_put_traces(struct effects *effects, struct arena *arena, const char *setl_id,
                        const struct trace *list, uint32_t count)
{
    /* A flag and a packed code each. */
    const size_t room = 16 + (size_t)count * (TEXT_CODE_MAX + 2);
    uint8_t *bytes = arena_alloc_raw(arena, room);
    if (!bytes) {
        effects_fail(effects, ERR_NOMEM);
        return;
    }
    struct writer w = writer_on(bytes, room);
    write_u8(&w, TRACES_VERSION);
    write_varint(&w, count);
    for (uint32_t i = 0; i < count; i++) {
        write_u8(&w, list[i].trdn_flag);
        write_packed(&w, list[i].drug_trac_codg);
    }
    effects_put_written(effects, key_traces(setl_id), &w);
}
