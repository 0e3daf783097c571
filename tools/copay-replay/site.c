/* Institutions by a Zipf-like law. A TLS context is made when the first connection needs it. */
#include "site.h"

#include <stdio.h>
#include <stdlib.h>

static bool collect(const struct world *world, const struct traffic *traffic, bool pharmacy,
                    struct site **out, uint32_t *count)
{
    const struct region *region = &world->region;
    struct site *list = calloc(region->place_count, sizeof *list);
    for (uint32_t i = 0; list && i < region->place_count; i++)
        if (traffic_fits(traffic, region->places[i].kinds, pharmacy))
            list[(*count)++].place = &region->places[i];
    /* Which are the hot ones is the seed's choice. */
    struct random random = random_on(world->seed, 4);
    for (uint32_t i = *count; i > 1; i--) {
        uint32_t k = (uint32_t)random_below(&random, i);
        struct site swap = list[i - 1];
        list[i - 1] = list[k];
        list[k] = swap;
    }
    *out = list;
    if (*count == 0)
        fprintf(stderr, "copay-replay: no %s of this world can do what the mix asks for\n",
                pharmacy ? "pharmacy" : "hospital");
    return *count > 0;
}

bool sites_open(const struct world *world, const struct traffic *traffic, bool hospitals,
                bool pharmacies, double exponent, struct sites *sites)
{
    *sites = (struct sites){.world = world, .exponent = exponent};
    return (!hospitals ||
            collect(world, traffic, false, &sites->hospitals, &sites->hospital_count)) &&
           (!pharmacies ||
            collect(world, traffic, true, &sites->pharmacies, &sites->pharmacy_count));
}

static void close_list(struct site *list, uint32_t count)
{
    for (uint32_t i = 0; list && i < count; i++)
        SSL_CTX_free(list[i].context);
    free(list);
}

void sites_close(struct sites *sites)
{
    close_list(sites->hospitals, sites->hospital_count);
    close_list(sites->pharmacies, sites->pharmacy_count);
    *sites = (struct sites){0};
}

struct site *sites_draw(struct sites *sites, bool pharmacy, struct random *random)
{
    uint32_t count = pharmacy ? sites->pharmacy_count : sites->hospital_count;
    struct site *list = pharmacy ? sites->pharmacies : sites->hospitals;
    struct site *site = &list[random_rank(random, count, sites->exponent)];
    if (!site->context) {
        site->context = connection_context(sites->world->dir, site->place->fixmedins_code);
        msgids_begin(&site->msgids, sites->world->dir, site->place->fixmedins_code);
    }
    return site->context ? site : NULL;
}
