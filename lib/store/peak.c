/* An overlay of prefixes, each with what stands behind it in its highest key. Only a put makes an
 * entry: what is merely asked for may name any prefix, and memory would have no bound. */
#include "store/peak.h"

#include <stdlib.h>

#include "base/limits.h"

struct peaks {
    bool rises[256]; /* by first byte */
    size_t prefix;
    struct overlay *highest;
};

struct peaks *peaks_new(const char *families, size_t prefix)
{
    struct peaks *peaks = malloc(sizeof *peaks);
    if (!peaks)
        return NULL;
    CHECK(prefix >= 1 && prefix < KEY_MAX);
    *peaks = (struct peaks){.prefix = prefix, .highest = overlay_new()};
    for (; *families; families++)
        peaks->rises[(uint8_t)*families] = true;
    if (!peaks->highest) {
        free(peaks);
        return NULL;
    }
    return peaks;
}

void peaks_free(struct peaks *peaks)
{
    if (!peaks)
        return;
    overlay_free(peaks->highest);
    free(peaks);
}

static bool has_peak(const struct peaks *peaks, struct slice key)
{
    return key.size > peaks->prefix && peaks->rises[key.data[0]];
}

/* Terminals choose what stands under a prefix, not the prefix: no secret seed. */
static uint64_t hash_of(struct slice prefix)
{
    return overlay_hash(0, prefix);
}

static struct slice rest_of(const struct peaks *peaks, struct slice key)
{
    return (struct slice){key.data + peaks->prefix, key.size - peaks->prefix};
}

bool peaks_above(const struct peaks *peaks, struct slice key)
{
    if (!has_peak(peaks, key))
        return false;
    struct slice prefix = {key.data, peaks->prefix};
    const struct overlay_entry *peak = overlay_find(peaks->highest, hash_of(prefix), prefix);
    return peak && overlay_compare(rest_of(peaks, key), overlay_value(peak)) > 0;
}

/* What the layers below hold: at the first put of this process under the prefix that is LMDB, which
 * nothing else wrote to since. One that cannot be read has a peak above all keys, so that whoever
 * asks comes to it and meets the error there. */
static struct slice highest_in(struct lmdb *lmdb, struct slice prefix, struct slice *key)
{
    static const uint8_t above_all[KEY_MAX] = {[0 ... KEY_MAX - 1] = 0xFF};
    enum err err = lmdb ? lmdb_last(lmdb, prefix, key) : ERR_NOTFOUND;
    if (err == ERR_NOTFOUND)
        return (struct slice){above_all, 0};
    if (err)
        return (struct slice){above_all, sizeof above_all};
    return (struct slice){key->data + prefix.size, key->size - prefix.size};
}

enum err peaks_raise(struct peaks *peaks, struct lmdb *lmdb, struct slice key)
{
    if (!has_peak(peaks, key))
        return ERR_OK;
    struct slice prefix = {key.data, peaks->prefix}, rest = rest_of(peaks, key), last;
    uint64_t hash = hash_of(prefix);
    const struct overlay_entry *entry = overlay_find(peaks->highest, hash, prefix);
    struct slice peak = entry ? overlay_value(entry) : highest_in(lmdb, prefix, &last);
    bool higher = overlay_compare(rest, peak) > 0;
    if (entry && !higher)
        return ERR_OK;
    return overlay_put(peaks->highest, hash, prefix, higher ? rest : peak);
}
