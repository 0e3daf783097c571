/* The sums are images of a settlement's document (document.c); the list of a day's kinds changes
 * only with the first of each kind, and is an image of its own. */
#include "state/statements.h"

#include <string.h>

#include "state/inner.h"

#define PAGE_VERSION 1
_Static_assert(STATEMENT_PAGE * sizeof(struct statement_kind) + 2 <= VALUE_INLINE_MAX,
               "a page of kinds is one value");

enum err state_statement_day(struct state *state, const char *fixmedins_code, int32_t date,
                             const struct statement_kind *kind, bool voids,
                             struct statement_day *out)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct key key = key_day(fixmedins_code, date, kind, voids);
    size_t size = 0;
    *out = (struct statement_day){0};
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct reader r = reader_on(bytes, size);
    day_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_statement_kinds(struct state *state, const char *fixmedins_code, int32_t date,
                               uint32_t page, struct statement_kinds *out)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct key key = key_day_kinds(fixmedins_code, date, page);
    size_t size = 0;
    out->count = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    uint8_t version = read_u8(&r);
    uint32_t count = read_u8(&r);
    if (version != PAGE_VERSION || count > STATEMENT_PAGE)
        return ERR_CORRUPT;
    for (uint32_t i = 0; i < count; i++) {
        struct statement_kind *kind = &out->list[i];
        read_packed(&r, kind->insutype, sizeof kind->insutype);
        read_packed(&r, kind->clr_type, sizeof kind->clr_type);
        read_packed(&r, kind->setl_optins, sizeof kind->setl_optins);
    }
    out->count = count;
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

static bool same_kind(const struct statement_kind *a, const struct statement_kind *b)
{
    return strcmp(a->insutype, b->insutype) == 0 && strcmp(a->clr_type, b->clr_type) == 0 &&
           strcmp(a->setl_optins, b->setl_optins) == 0;
}

static bool on_page(const struct statement_kinds *page, const struct statement_kind *kind)
{
    for (uint32_t i = 0; i < page->count; i++)
        if (same_kind(&page->list[i], kind))
            return true;
    return false;
}

static void put_page(struct effects *effects, const char *fixmedins_code, int32_t date,
                     uint32_t number, const struct statement_kinds *page)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    write_u8(&w, PAGE_VERSION);
    write_u8(&w, (uint8_t)page->count);
    for (uint32_t i = 0; i < page->count; i++) {
        write_packed(&w, page->list[i].insutype);
        write_packed(&w, page->list[i].clr_type);
        write_packed(&w, page->list[i].setl_optins);
    }
    effects_put_written(effects, key_day_kinds(fixmedins_code, date, number), &w);
}

void effects_list_kind(struct effects *effects, struct state *state, const char *fixmedins_code,
                       int32_t date, const struct statement_kind *kind)
{
    struct statement_kinds page;
    uint32_t number = 0;
    enum err err;
    while ((err = state_statement_kinds(state, fixmedins_code, date, number, &page)) == ERR_OK) {
        if (on_page(&page, kind))
            return;
        if (page.count < STATEMENT_PAGE)
            break;
        number++;
    }
    if (err != ERR_OK && err != ERR_NOTFOUND) {
        effects_fail(effects, err);
        return;
    }
    page.list[page.count++] = *kind;
    put_page(effects, fixmedins_code, date, number, &page);
}
