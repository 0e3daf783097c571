/* Key files and the first key's record. A file is written and synced before any record names it, so
 * that a crash leaves at most a new key that nobody vouched for; the next start throws it away. */
#include "daemon/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "daemon/folder.h"

#define FOLDER "keys"
#define NEW ".new"
#define ADOPTED ".pem"

static enum err path_of(const struct region *region, const uint8_t id[KEY_ID], const char *suffix,
                        char path[REGION_PATH_MAX])
{
    char text[KEY_ID_TEXT];
    int n = snprintf(path, REGION_PATH_MAX, "%s/" FOLDER "/%s%s", region->dir,
                     key_id_format(id, text), suffix);
    return n < 0 || n >= REGION_PATH_MAX ? ERR_LIMIT : ERR_OK;
}

static enum err load_file(const char *path, const uint8_t id[KEY_ID], struct sign_key **out)
{
    uint8_t *pem;
    size_t size;
    enum err err = file_read(path, KEY_PEM_MAX, &pem, &size);
    if (err)
        return err == ERR_LIMIT ? ERR_CORRUPT : err;
    struct sign_key *key;
    err = sign_key_read((struct slice){pem, size}, &key);
    key_wipe(pem, size);
    free(pem);
    if (err)
        return ERR_CORRUPT;
    if (memcmp(sign_key_public(key)->id, id, KEY_ID) != 0) {
        sign_key_free(key);
        return ERR_CORRUPT;
    }
    *out = key;
    return ERR_OK;
}

enum err keyring_load(const struct region *region, const uint8_t id[KEY_ID], struct sign_key **out)
{
    static const char *const suffixes[] = {ADOPTED, NEW, ADOPTED}; /* it may be renamed meanwhile */
    char path[REGION_PATH_MAX];
    enum err err = ERR_NOTFOUND;
    for (size_t i = 0; err == ERR_NOTFOUND && i < ARRAY_LEN(suffixes); i++) {
        err = path_of(region, id, suffixes[i], path);
        if (!err)
            err = load_file(path, id, out);
    }
    return err;
}

static enum err store_new(const struct region *region, const struct sign_key *key)
{
    char path[REGION_PATH_MAX];
    uint8_t pem[KEY_PEM_MAX];
    size_t size;
    enum err err = path_of(region, sign_key_public(key)->id, NEW, path);
    if (!err)
        err = sign_key_write(key, pem, &size);
    if (!err)
        err = folder_write(path, pem, size);
    key_wipe(pem, sizeof pem);
    return err;
}

static enum err sync_folder(const struct region *region)
{
    char path[REGION_PATH_MAX];
    enum err err = folder_path(region->dir, FOLDER, path, sizeof path);
    return err ? err : file_sync_folder(path);
}

enum err keyring_adopt(const struct region *region, const uint8_t id[KEY_ID])
{
    char from[REGION_PATH_MAX], to[REGION_PATH_MAX];
    enum err err = path_of(region, id, NEW, from);
    if (!err)
        err = path_of(region, id, ADOPTED, to);
    if (err)
        return err;
    if (rename(from, to) != 0)
        return errno == ENOENT && access(to, F_OK) == 0 ? ERR_OK : ERR_IO;
    return sync_folder(region);
}

/* Keys that never came to be vouched for. The present one has its name by now. */
static enum err sweep(const struct region *region)
{
    char path[REGION_PATH_MAX];
    enum err err = folder_path(region->dir, FOLDER, path, sizeof path);
    DIR *dir = err ? NULL : opendir(path);
    if (!dir)
        return err ? err : ERR_IO;
    for (struct dirent *entry; (entry = readdir(dir));) {
        const char *dot = strchr(entry->d_name, '.');
        if (dot && strncmp(dot, NEW, strlen(NEW)) == 0 &&
            unlinkat(dirfd(dir), entry->d_name, 0) != 0)
            err = ERR_IO;
    }
    closedir(dir);
    return err;
}

/* Fills the row of `key`; `by` signs for it. */
static enum err vouch(const struct region *region, const struct sign_key *key,
                      const struct sign_key *by, struct signer *signer)
{
    const struct verify_key *public = sign_key_public(key);
    uint8_t statement[SIGNER_STATEMENT_MAX];
    _Static_assert(SIGNER_SPKI_MAX == KEY_SPKI_MAX && SIGNER_ID == KEY_ID &&
                       SIGNER_SIGNATURE == KEY_SIGNATURE,
                   "the row carries what keys are");
    signer->algorithm = (uint8_t) public->algorithm;
    memcpy(signer->id, public->id, KEY_ID);
    memcpy(signer->by, sign_key_public(by)->id, KEY_ID);
    signer->spki_size = (uint8_t) public->spki_size;
    memcpy(signer->spki, public->spki, public->spki_size);
    return sign_key_sign(by, SIGNER_DOMAIN, signer_statement(signer, region->code, statement),
                         signer->signature);
}

enum err keyring_make(const struct region *region, uint8_t algorithm, struct signer *signer)
{
    struct sign_key *old = NULL, *key = NULL;
    struct signer next = {.previous = signer->sequence};
    algorithm = algorithm ? algorithm : signer->algorithm;
    enum err err = keyring_load(region, signer->id, &old);
    if (!err)
        err = sign_key_generate((enum key_algorithm)algorithm, &key);
    if (!err)
        err = vouch(region, key, old, &next);
    if (!err)
        err = store_new(region, key);
    if (!err)
        *signer = next;
    sign_key_free(old);
    sign_key_free(key);
    return err;
}

static enum err write_first_record(struct region *region, const struct signer *signer)
{
    struct record record;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    int64_t last_ms = state_time(region->state), now_ms = clock_wall_ms();
    enum err err = arena ? ERR_OK : ERR_NOMEM;
    if (!err)
        err = settle_first_signer(region->settle, signer, now_ms > last_ms ? now_ms : last_ms,
                                  arena, &record);
    if (!err)
        err = region_record(region, &record);
    arena_free(arena);
    return err;
}

/* Takes nothing over: the file is read back, as every later start will. */
static enum err make_first(struct region *region, struct signer *signer)
{
    struct sign_key *key = NULL;
    char id[KEY_ID_TEXT];
    *signer = (struct signer){0};
    enum err err = sign_key_generate((enum key_algorithm)region->config->signature, &key);
    if (!err)
        err = vouch(region, key, key, signer);
    if (!err)
        err = store_new(region, key);
    if (!err)
        err = write_first_record(region, signer);
    if (!err)
        log_event(LOG_INFO, "signing_key_made", "region=%s key=%s algorithm=%s", region->code,
                  key_id_format(signer->id, id),
                  key_algorithm_name((enum key_algorithm)signer->algorithm));
    sign_key_free(key);
    return err;
}

static void complain(const struct region *region, const struct signer *signer, enum err err)
{
    char id[KEY_ID_TEXT];
    const char *what = err == ERR_NOTFOUND  ? "the private key is missing; restore it"
                       : err == ERR_CORRUPT ? "the file does not hold that key; restore it"
                                            : "the private key cannot be used";
    log_event(LOG_ERROR, "signing_key_refused",
              "region=%s file=\"%s/" FOLDER "/%s" ADOPTED "\" error=\"%s\" text=\"%s\"",
              region->code, region->dir, key_id_format(signer->id, id), err_text(err), what);
}

enum err keyring_open(struct region *region)
{
    char path[REGION_PATH_MAX];
    struct signer signer;
    enum err err = folder_path(region->dir, FOLDER, path, sizeof path);
    if (!err)
        err = folder_make(path);
    if (!err) {
        err = state_signer(region->state, &signer);
        if (err == ERR_NOTFOUND)
            err = make_first(region, &signer);
    }
    if (err) {
        log_event(LOG_ERROR, "signing_key_refused", "region=%s folder=\"%s\" error=\"%s\"",
                  region->code, path, err_text(err));
        return err;
    }
    err = keyring_load(region, signer.id, &region->signer.key);
    if (!err)
        err = keyring_adopt(region, signer.id);
    if (!err)
        err = sweep(region);
    if (err)
        complain(region, &signer, err);
    else if (signer.algorithm != region->config->signature)
        log_event(LOG_WARNING, "signature_differs",
                  "region=%s text=\"ledger.signature is not the present key's algorithm; copayctl "
                  "key change --algorithm changes it\"",
                  region->code);
    return err;
}
