/* The institutions of a run: certificate, message ids, and how often each is drawn. */
#ifndef REPLAY_SITE_H
#define REPLAY_SITE_H

#include "connection.h"
#include "traffic.h"

struct site {
    const struct place *place;
    SSL_CTX *context;
    struct msgids msgids;
};

struct sites {
    const struct world *world;
    double exponent; /* how much hotter the first is than those behind it; 0: all alike */
    uint32_t hospital_count, pharmacy_count;
    struct site *hospitals, *pharmacies; /* hottest first */
};

/* False: the world has no institution for what is needed; stderr says so. */
bool sites_open(const struct world *world, const struct traffic *traffic, bool hospitals,
                bool pharmacies, double exponent, struct sites *sites);
void sites_close(struct sites *sites);
/* NULL: its certificate cannot be used (stderr says so). */
struct site *sites_draw(struct sites *sites, bool pharmacy, struct random *random);

#endif
