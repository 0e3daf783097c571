/* Setting up and taking down. One thread. */
#include "crew.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

void crew_dev_no(uint32_t index, char out[24])
{
    snprintf(out, 24, "R%08" PRIx32 "%05" PRIx32 "%04" PRIu32, (uint32_t)(clock_wall_ms() / 1000),
             (uint32_t)getpid() & 0xfffff, index % 10000);
}

static void set_up_terminal(struct crew *crew, struct terminal *t, const struct site *site,
                            uint32_t i)
{
    memcpy(t->fixmedins_code, site->place->fixmedins_code, sizeof t->fixmedins_code);
    memcpy(t->region, crew->world->code, sizeof t->region);
    snprintf(t->opter, sizeof t->opter, "99001");
    crew_dev_no(i, t->dev_no);
    t->patience_ms = crew->plan->patience_ms;
}

static bool set_up_lane(struct crew *crew, uint32_t i, bool pharmacy)
{
    const struct run_plan *plan = crew->plan;
    struct lane *lane = &crew->lanes[i];
    struct site *site = sites_draw(&crew->sites, pharmacy, &crew->traffic.random);
    if (!site)
        return false;
    lane->connection = (struct connection){.base = crew->base,
                                           .context = site->context,
                                           .address = &crew->address,
                                           .server_name = "localhost",
                                           .fresh = plan->fresh,
                                           .deaf = plan->deaf};
    lane->msgids = &site->msgids;
    lane->counts = &crew->counts;
    lane->honour = !plan->no_retry && (plan->rate == 0 || plan->books);
    lane->depth = plan->depth;
    lane->index = i;
    set_up_terminal(crew, &lane->terminal, site, i);
    crew->desks[i] = (struct desk){.traffic = &crew->traffic, .pharmacy = pharmacy};
    return true;
}

static bool set_up_lanes(struct crew *crew, const struct lane_owner *owner, void *user)
{
    const struct run_plan *plan = crew->plan;
    uint64_t n = plan->connections;
    uint64_t pharmacies = (traffic_pharmacies(&crew->traffic) * n + 500) / 1000;
    crew->lanes = calloc(n, sizeof *crew->lanes);
    crew->desks = calloc(n, sizeof *crew->desks);
    if (!crew->lanes || !crew->desks ||
        !sites_open(crew->world, &crew->traffic, pharmacies<n, pharmacies> 0, plan->site_exponent,
                    &crew->sites))
        return false;
    if (plan->one_site)
        crew->sites.hospital_count = crew->sites.pharmacy_count = 1;
    for (uint32_t i = 0; i < n; i++) {
        /* Spread evenly among the others. */
        bool pharmacy = (i + 1) * pharmacies / n > i * pharmacies / n;
        if (!set_up_lane(crew, i, pharmacy))
            return false;
        crew->lanes[i].owner = owner;
        crew->lanes[i].user = user;
    }
    return true;
}

struct event_base *crew_event_base(void)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

bool crew_set_up(struct crew *crew, const struct run_plan *plan, const struct lane_owner *owner,
                 void *user)
{
    struct bills_plan bills = {plan->bills, plan->lines, plan->names, clock_wall_ms()};
    crew->plan = plan;
    snprintf(crew->port_file, sizeof crew->port_file, "%s/port", plan->dir);
    if (!address_find(plan->host ? plan->host : "localhost", plan->port,
                      plan->host ? NULL : crew->port_file, &crew->address))
        return false;
    crew->world = world_open(plan->dir);
    if (!crew->world || !bills_make(crew->world, &bills, &crew->bills))
        return false;
    crew->traffic = (struct traffic){.world = crew->world,
                                     .bills = &crew->bills,
                                     .mix = plan->mix,
                                     .member_exponent = plan->member_exponent};
    traffic_begin(&crew->traffic);
    crew->base = crew_event_base();
    return crew->base && set_up_lanes(crew, owner, user);
}

void crew_start(struct crew *crew)
{
    for (uint32_t i = 0; i < crew->plan->connections; i++)
        lane_start(&crew->lanes[i]);
}

void crew_flush(struct crew *crew)
{
    for (uint32_t i = 0; i < crew->plan->connections; i++)
        connection_flush(&crew->lanes[i].connection);
}

void crew_tear_down(struct crew *crew)
{
    for (uint32_t i = 0; crew->lanes && i < crew->plan->connections; i++)
        lane_end(&crew->lanes[i]);
    free(crew->lanes);
    free(crew->desks);
    sites_close(&crew->sites);
    if (crew->base)
        event_base_free(crew->base);
    bills_free(&crew->bills);
    world_close(crew->world);
    *crew = (struct crew){0};
}
