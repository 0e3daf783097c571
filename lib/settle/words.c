/* A short list, searched from its head: an old pack is looked for once per repeat or query, beside
 * which sixteen comparisons are nothing. */
#include "settle/words.h"

#include <stdlib.h>
#include <string.h>

#include "settle/turn.h"

struct word_pack {
    struct hash digest;
    struct pack *pack; /* NULL: cannot be had */
    uint64_t used;     /* when, by `clock` */
};

struct words {
    uint64_t clock;
    uint32_t count;
    struct word_pack list[WORDS_MAX];
};

static bool same(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}

static bool is_pack(const struct pack *pack, const struct hash *digest)
{
    if (!pack)
        return false;
    struct hash have = pack_digest(pack);
    return same(&have, digest);
}

static struct word_pack *find(struct words *words, const struct hash *digest)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (same(&words->list[i].digest, digest))
            return &words->list[i];
    return NULL;
}

static struct word_pack *oldest(struct words *words)
{
    struct word_pack *oldest = &words->list[0];
    for (uint32_t i = 1; i < words->count; i++)
        if (words->list[i].used < oldest->used)
            oldest = &words->list[i];
    return oldest;
}

struct words *words_new(void)
{
    return calloc(1, sizeof(struct words));
}

void words_free(struct words *words)
{
    for (uint32_t i = 0; words && i < words->count; i++)
        pack_free(words->list[i].pack);
    free(words);
}

bool words_find(const struct settle *settle, const struct hash *digest, const struct pack **pack)
{
    static const struct hash none;
    *pack = is_pack(settle->pack, digest) ? settle->pack : NULL;
    if (*pack || !settle->words || same(digest, &none))
        return true;
    struct word_pack *found = find(settle->words, digest);
    if (!found)
        return false;
    found->used = ++settle->words->clock;
    *pack = found->pack;
    return true;
}

void settle_put_words(struct settle *settle, const struct hash *digest, struct pack *pack)
{
    struct words *words = settle->words;
    CHECK(words && (!pack || is_pack(pack, digest)));
    struct word_pack *slot = find(words, digest);
    if (!slot)
        slot = words->count < WORDS_MAX ? &words->list[words->count++] : oldest(words);
    pack_free(slot->pack);
    *slot = (struct word_pack){.digest = *digest, .pack = pack, .used = ++words->clock};
}
