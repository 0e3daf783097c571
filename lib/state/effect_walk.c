/* Everything parses before anything is handed out; a document is expanded once, at the beginning.
 */
#include "state/effect_walk.h"

#include "store/store.h"

enum err effect_walk_begin(struct effect_walk *walk, const struct record *record)
{
    struct reader r = reader_on(record->effects.data, record->effects.size);
    struct slice key, value;
    walk->effects = r;
    walk->inside = false;
    walk->given = walk->document.count = 0;
    while (effect_read(&r, &key, &value)) {
        if (value.size > STORE_VALUE_MAX)
            return ERR_CORRUPT;
        if (key.size > 0)
            continue;
        /* One that leaves no images is none. */
        if (walk->document.count > 0 || !document_read(value, record, &walk->document))
            return ERR_CORRUPT;
    }
    return r.failed ? ERR_CORRUPT : ERR_OK;
}

bool effect_walk_next(struct effect_walk *walk, struct slice *key, struct slice *value)
{
    struct document_images *document = &walk->document;
    if (!walk->inside) {
        if (!effect_read(&walk->effects, key, value))
            return false;
        if (key->size > 0)
            return true;
        walk->inside = true;
    }
    *key = document->list[walk->given].key;
    *value = document->list[walk->given].value;
    walk->inside = ++walk->given < document->count;
    return true;
}
