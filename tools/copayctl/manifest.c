/* Lines of words. Written as manifest.tmp, synced, renamed. */
#include "manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "place.h"

#define MANIFEST_MAX (64 * 1024 * 1024)
#define FIRST_LINE "copayd-backup 1"
#define WORDS_MAX 16

static bool read_hash(const char *text, struct hash *out)
{
    if (strlen(text) != 2 * HASH_SIZE || strspn(text, "0123456789abcdef") != 2 * HASH_SIZE)
        return false;
    for (int i = 0; i < HASH_SIZE; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out->bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return true;
}

static bool read_number(const char *text, uint64_t *out)
{
    if (text[0] == '\0' || strlen(text) > 19 || strspn(text, "0123456789") != strlen(text))
        return false;
    *out = strtoull(text, NULL, 10);
    return true;
}

static bool read_time(const char *text, int64_t *out)
{
    uint64_t number;
    bool whole = read_number(text, &number) && number <= INT64_MAX;
    *out = whole ? (int64_t)number : 0;
    return whole;
}

static bool read_id(const char *text, uint64_t *out)
{
    if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return false;
    *out = strtoull(text, NULL, 16);
    return true;
}

/* A name in this folder, nothing that leads out of it. */
static bool read_file(char *const word[], struct manifest_file *out)
{
    size_t size = strlen(word[0]);
    if (size >= MANIFEST_NAME || strchr(word[0], '/') || word[0][0] == '.')
        return false;
    memcpy(out->name, word[0], size + 1);
    return read_number(word[1], &out->bytes) && read_hash(word[2], &out->hash);
}

static bool read_segment(char *const word[], struct manifest_segment *s)
{
    uint64_t first;
    if (!read_file(word, &s->file) || !segment_parse_name(word[3], &first))
        return false;
    memcpy(s->name, word[3], SEGMENT_NAME);
    return read_id(word[4], &s->id) && read_number(word[5], &s->size) &&
           read_number(word[6], &s->used) && read_time(word[7], &s->mtime_ns) &&
           read_number(word[8], &s->end.epoch) && read_number(word[9], &s->end.group) &&
           read_number(word[10], &s->end.sequence) && read_hash(word[11], &s->end.head) &&
           read_time(word[12], &s->time_ms) && s->used >= SEGMENT_BLOCK && s->used <= s->size;
}

static enum err read_words(struct manifest *m, char *const word[], int words)
{
    bool good = false;
    struct manifest_segment segment = {.id = 0};
    if (words == 2 && strcmp(word[0], "region") == 0 && id_is_admdvs(word[1])) {
        memcpy(m->region, word[1], sizeof m->region);
        good = true;
    } else if (words == 2 && strcmp(word[0], "run") == 0) {
        good = read_number(word[1], &m->run);
    } else if (words == 2 && strcmp(word[0], "written") == 0) {
        good = read_time(word[1], &m->written_ms);
    } else if (words == 4 && strcmp(word[0], "keys") == 0) {
        good = read_file(word + 1, &m->keys);
    } else if (words == 5 && strcmp(word[0], "store") == 0) {
        good = read_file(word + 1, &m->store) && read_number(word[4], &m->store_sequence);
    } else if (words == 14 && strcmp(word[0], "segment") == 0) {
        good = read_segment(word + 1, &segment);
        if (good)
            return manifest_put(m, m->count, &segment);
    }
    return good ? ERR_OK : ERR_CORRUPT;
}

static int split(char *line, char *word[WORDS_MAX])
{
    int words = 0;
    for (char *w; words < WORDS_MAX && (w = strsep(&line, " "));)
        word[words++] = w;
    return words;
}

static enum err parse(char *text, size_t size, struct manifest *m)
{
    /* "end " and 64 digits and a newline. */
    const size_t last = 4 + 2 * HASH_SIZE + 1;
    struct hash told, found;
    if (size < last || text[size - 1] != '\n')
        return ERR_CORRUPT;
    text[size - 1] = '\0';
    found = hash_sha256(text, size - last);
    if (memcmp(text + size - last, "end ", 4) != 0 || !read_hash(text + size - last + 4, &told) ||
        !hash_equal(&told, &found) || strlen(text) != size - 1)
        return ERR_CORRUPT;
    text[size - last] = '\0';
    char *line = strsep(&text, "\n");
    if (strcmp(line, FIRST_LINE) != 0)
        return ERR_CORRUPT;
    enum err err = ERR_OK;
    while (!err && (line = strsep(&text, "\n")) && line[0] != '\0') {
        char *word[WORDS_MAX];
        int words = split(line, word);
        err = read_words(m, word, words);
    }
    return !err && m->region[0] == '\0' ? ERR_CORRUPT : err;
}

enum err manifest_read(const char *dir, struct manifest *out)
{
    char path[PATH_MAX];
    uint8_t *bytes;
    size_t size;
    *out = (struct manifest){.run = 0};
    if (!place_path(dir, MANIFEST_FILE, path))
        return ERR_LIMIT;
    enum err err = file_read(path, MANIFEST_MAX, &bytes, &size);
    if (err)
        return err;
    char *text = malloc(size + 1);
    if (text) {
        memcpy(text, bytes, size);
        text[size] = '\0';
    }
    free(bytes);
    err = text ? parse(text, size, out) : ERR_NOMEM;
    free(text);
    if (err)
        manifest_free(out);
    return err;
}

static void print_file(FILE *f, const char *what, const struct manifest_file *file)
{
    char hash[HASH_TEXT];
    fprintf(f, "%s %s %" PRIu64 " %s", what, file->name, file->bytes,
            hash_format(&file->hash, hash));
}

static void print(FILE *f, const struct manifest *m)
{
    char head[HASH_TEXT];
    fprintf(f, FIRST_LINE "\nregion %s\nrun %" PRIu64 "\nwritten %" PRId64 "\n", m->region, m->run,
            m->written_ms);
    for (size_t i = 0; i < m->count; i++) {
        const struct manifest_segment *s = &m->segments[i];
        print_file(f, "segment", &s->file);
        fprintf(f,
                " %s %016" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRIu64 " %" PRIu64
                " %" PRIu64 " %s %" PRId64 "\n",
                s->name, s->id, s->size, s->used, s->mtime_ns, s->end.epoch, s->end.group,
                s->end.sequence, hash_format(&s->end.head, head), s->time_ms);
    }
    if (m->keys.name[0]) {
        print_file(f, "keys", &m->keys);
        fputs("\n", f);
    }
    if (m->store.name[0]) {
        print_file(f, "store", &m->store);
        fprintf(f, " %" PRIu64 "\n", m->store_sequence);
    }
}

enum err manifest_write(const char *dir, const struct manifest *manifest)
{
    char path[PATH_MAX], temporary[PATH_MAX], hex[HASH_TEXT], *text = NULL;
    size_t size = 0;
    if (!place_path(dir, MANIFEST_FILE, path) || !place_path(dir, MANIFEST_FILE ".tmp", temporary))
        return ERR_LIMIT;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return ERR_NOMEM;
    print(f, manifest);
    if (fflush(f) == 0) {
        struct hash hash = hash_sha256(text, size);
        fprintf(f, "end %s\n", hash_format(&hash, hex));
    }
    enum err err = fclose(f) == 0 ? ERR_OK : ERR_NOMEM;
    if (!err)
        err = file_write(temporary, false, 0600, text, size);
    free(text);
    if (!err && rename(temporary, path) != 0)
        err = ERR_IO;
    return err ? err : file_sync_folder(dir);
}

void manifest_free(struct manifest *manifest)
{
    free(manifest->segments);
    *manifest = (struct manifest){.run = 0};
}

enum err manifest_put(struct manifest *manifest, size_t keep,
                      const struct manifest_segment *segment)
{
    CHECK(keep <= manifest->count);
    struct manifest_segment *more = reallocarray(manifest->segments, keep + 1, sizeof *more);
    if (!more)
        return ERR_NOMEM;
    more[keep] = *segment;
    manifest->segments = more;
    manifest->count = keep + 1;
    return ERR_OK;
}

struct ledger_end manifest_end(const struct manifest *manifest)
{
    return manifest->count ? manifest->segments[manifest->count - 1].end
                           : (struct ledger_end){.epoch = 0};
}

bool manifest_names(const struct manifest *manifest, const char *file)
{
    if (strcmp(file, manifest->keys.name) == 0 || strcmp(file, manifest->store.name) == 0)
        return true;
    for (size_t i = 0; i < manifest->count; i++)
        if (strcmp(file, manifest->segments[i].file.name) == 0)
            return true;
    return false;
}
