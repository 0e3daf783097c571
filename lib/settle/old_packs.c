/* A short list, searched from its head: an old pack is looked for once per repeat or query, beside
 * which sixteen comparisons are nothing. */
#include "settle/old_packs.h"

#include <stdlib.h>

#include "settle/turn.h"

struct old_pack {
    struct hash digest;
    struct pack *pack; /* NULL: cannot be had */
    uint64_t used;     /* when, by `clock` */
};

struct old_packs {
    uint64_t clock;
    uint32_t count;
    struct old_pack list[OLD_PACKS_MAX];
};

static bool is_pack(const struct pack *pack, const struct hash *digest)
{
    if (!pack)
        return false;
    struct hash have = pack_digest(pack);
    return hash_equal(&have, digest);
}

static struct old_pack *find(struct old_packs *packs, const struct hash *digest)
{
    for (uint32_t i = 0; i < packs->count; i++)
        if (hash_equal(&packs->list[i].digest, digest))
            return &packs->list[i];
    return NULL;
}

static struct old_pack *oldest(struct old_packs *packs)
{
    struct old_pack *oldest = &packs->list[0];
    for (uint32_t i = 1; i < packs->count; i++)
        if (packs->list[i].used < oldest->used)
            oldest = &packs->list[i];
    return oldest;
}

struct old_packs *old_packs_new(void)
{
    return calloc(1, sizeof(struct old_packs));
}

void old_packs_free(struct old_packs *packs)
{
    for (uint32_t i = 0; packs && i < packs->count; i++)
        pack_free(packs->list[i].pack);
    free(packs);
}

bool old_packs_find(const struct settle *settle, const struct hash *digest,
                    const struct pack **pack)
{
    static const struct hash none;
    *pack = is_pack(settle->pack, digest) ? settle->pack : NULL;
    if (*pack || !settle->old_packs || hash_equal(digest, &none))
        return true;
    struct old_pack *found = find(settle->old_packs, digest);
    if (!found)
        return false;
    found->used = ++settle->old_packs->clock;
    *pack = found->pack;
    return true;
}

void old_packs_put(struct old_packs *packs, const struct hash *digest, struct pack *pack)
{
    CHECK(packs && (!pack || is_pack(pack, digest)));
    struct old_pack *slot = find(packs, digest);
    if (!slot)
        slot = packs->count < OLD_PACKS_MAX ? &packs->list[packs->count++] : oldest(packs);
    pack_free(slot->pack);
    *slot = (struct old_pack){.digest = *digest, .pack = pack, .used = ++packs->clock};
}
