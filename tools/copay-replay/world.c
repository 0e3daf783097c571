/* world.json beside the parts it describes. */
#include "world.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certificate.h"

static bool make_dir(const char *dir, const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s%s%s", dir, *name ? "/" : "", name);
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
    return false;
}

static void collect_counties(const struct region *region, struct population *population)
{
    for (uint32_t i = 0; i < region->place_count; i++) {
        bool known = population->county_count == COUNTIES_MAX;
        for (uint32_t k = 0; k < population->county_count && !known; k++)
            known = strcmp(population->counties[k], region->places[i].admdvs) == 0;
        if (!known)
            memcpy(population->counties[population->county_count++], region->places[i].admdvs,
                   ID_ADMDVS + 1);
    }
}

static bool sign_all(const char *dir, const struct region *region)
{
    char path[2048], names[128];
    const char *code = region->policy->region;
    snprintf(path, sizeof path, "%s/pki", dir);
    struct authority *authority = authority_new(path);
    bool made = authority && authority_sign(authority, CERTIFICATE_SERVER, "localhost",
                                            "DNS:localhost,IP:127.0.0.1");
    static const char *const duties[] = {"enter", "approve", "audit"};
    for (size_t i = 0; made && i < ARRAY_LEN(duties); i++) {
        snprintf(names, sizeof names, "URI:urn:copayd:operator:%s:%s:op9900%zu", code, duties[i],
                 i + 1);
        made = authority_sign(authority, CERTIFICATE_CLIENT, duties[i], names);
    }
    for (uint32_t i = 0; made && i < region->place_count; i++) {
        const char *place = region->places[i].fixmedins_code;
        snprintf(names, sizeof names, "URI:urn:fixmedins:%s", place);
        made = authority_sign(authority, CERTIFICATE_CLIENT, place, names);
    }
    authority_free(authority);
    return made;
}

/* Relative paths in it are relative to it: the world may be moved. */
static bool write_config(const char *dir, const char *code)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/copayd.yaml", dir);
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fprintf(file,
            "listen: {address: 127.0.0.1, port: 0, port_file: port}\n"
            "tls: {ca: pki/ca.pem, cert: pki/localhost.pem, key: pki/localhost.key}\n"
            "regions:\n"
            "  - {code: \"%s\", data: data}\n",
            code);
    return fclose(file) == 0;
}

static bool write_json(const struct world_plan *plan, const struct region *region)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/world.json", plan->dir);
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:I, s:I}", "region", region->policy->region, "seed",
                  (json_int_t)plan->seed, "members", (json_int_t)plan->members, "institutions",
                  (json_int_t)region->place_count, "items", (json_int_t)region->item_count);
    bool written = json && json_dump_file(json, path, JSON_INDENT(2)) == 0;
    json_decref(json);
    return written;
}

static bool fill(const struct world_plan *plan, const struct region *region)
{
    struct population population = {
        .seed = plan->seed, .count = plan->members, .policy = region->policy};
    collect_counties(region, &population);
    return population_write(&population, plan->dir) && sign_all(plan->dir, region) &&
           write_config(plan->dir, region->policy->region) && write_json(plan, region);
}

bool world_prepare(const struct world_plan *plan)
{
    char path[2048];
    struct region region;
    snprintf(path, sizeof path, "%s/world.json", plan->dir);
    if (access(path, F_OK) == 0) {
        fprintf(stderr, "copay-replay: %s is there already\n", path);
        return false;
    }
    snprintf(path, sizeof path, "%s/region", plan->dir);
    if (!make_dir(plan->dir, "") || !make_dir(plan->dir, "region") || !make_dir(plan->dir, "pki") ||
        !make_dir(plan->dir, "data") ||
        !region_write(plan->base, path, plan->seed, plan->items, plan->institutions) ||
        !region_read(path, &region))
        return false;
    bool filled = fill(plan, &region);
    region_free(&region);
    return filled;
}

static bool read_json(struct world *world)
{
    char path[2048];
    json_error_t error;
    json_int_t seed, members;
    const char *code;
    snprintf(path, sizeof path, "%s/world.json", world->dir);
    json_t *json = json_load_file(path, 0, &error);
    bool read = json && json_unpack_ex(json, &error, 0, "{s:s, s:I, s:I}", "region", &code, "seed",
                                       &seed, "members", &members) == 0;
    if (read && strlen(code) == ID_ADMDVS && members > 0 && members <= UINT32_MAX) {
        memcpy(world->code, code, ID_ADMDVS + 1);
        world->seed = (uint64_t)seed;
        world->population.count = (uint32_t)members;
    } else {
        fprintf(stderr, "copay-replay: %s: %s\n", path, read ? "out of bounds" : error.text);
        read = false;
    }
    json_decref(json);
    return read;
}

struct world *world_open(const char *dir)
{
    char path[2048];
    struct world *world = calloc(1, sizeof *world);
    if (!world)
        return NULL;
    snprintf(world->dir, sizeof world->dir, "%s", dir);
    snprintf(path, sizeof path, "%s/region", dir);
    if (!read_json(world) || !region_read(path, &world->region)) {
        free(world);
        return NULL;
    }
    world->population.seed = world->seed;
    world->population.policy = world->region.policy;
    collect_counties(&world->region, &world->population);
    return world;
}

void world_close(struct world *world)
{
    if (!world)
        return;
    region_free(&world->region);
    free(world);
}
