/* libsodium does the cryptography; this file does the chunks and the keys' text form, which is one
 * line: what it is, the format's number, 64 hexadecimal digits. */
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "place.h"

#define PUBLIC_WORD "copayd-backup-public-key 1 "
#define SECRET_WORD "copayd-backup-secret-key 1 "
#define KEY_LINE_MAX 128
#define PATH_ROOM 4096
#define HEAD                                                                                       \
    (8 + SEALED_KEY + crypto_box_SEALBYTES + crypto_secretstream_xchacha20poly1305_HEADERBYTES)
#define CHUNK_EXTRA crypto_secretstream_xchacha20poly1305_ABYTES

static const char magic[8] = "CPYSEAL1";

_Static_assert(SEALED_KEY == crypto_box_PUBLICKEYBYTES && SEALED_KEY == crypto_box_SECRETKEYBYTES &&
                   SEALED_KEY == crypto_secretstream_xchacha20poly1305_KEYBYTES,
               "one size for all keys");

struct sealed {
    int fd;
    EVP_MD_CTX *hash;
    crypto_secretstream_xchacha20poly1305_state stream;
    char *label;
    uint64_t written;
    size_t used;
    uint8_t plain[SEALED_CHUNK];
    uint8_t sealed[SEALED_CHUNK + CHUNK_EXTRA];
};

struct unseal {
    int fd;
    crypto_secretstream_xchacha20poly1305_state stream;
    char *label;
    bool ended;
    uint8_t plain[SEALED_CHUNK];
    uint8_t sealed[SEALED_CHUNK + CHUNK_EXTRA];
};

static enum err io_error(void)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_FULL : ERR_IO;
}

static enum err write_key(const char *path, const char *word, const uint8_t key[SEALED_KEY],
                          mode_t mode)
{
    char line[KEY_LINE_MAX], hex[2 * SEALED_KEY + 1];
    sodium_bin2hex(hex, sizeof hex, key, SEALED_KEY);
    int size = snprintf(line, sizeof line, "%s%s\n", word, hex);
    enum err err = file_write(path, true, mode, line, (size_t)size);
    if (err && err != ERR_BUSY)
        (void)unlink(path);
    sodium_memzero(line, sizeof line);
    sodium_memzero(hex, sizeof hex);
    return err;
}

/* A power cut must not take the secret after backups were sealed for it. */
static enum err sync_parent(const char *path)
{
    char parent[PATH_ROOM];
    (void)snprintf(parent, sizeof parent, "%s", path);
    return file_sync_folder(dirname(parent));
}

enum err sealed_make_pair(const char *path)
{
    char public_path[PATH_ROOM];
    struct sealed_pair pair;
    if (sodium_init() < 0)
        return ERR_IO;
    if (snprintf(public_path, sizeof public_path, "%s.pub", path) >= (int)sizeof public_path)
        return ERR_LIMIT;
    if (access(public_path, F_OK) == 0)
        return ERR_BUSY;
    crypto_box_keypair(pair.public.bytes, pair.secret);
    enum err err = write_key(path, SECRET_WORD, pair.secret, 0600);
    if (!err) {
        err = write_key(public_path, PUBLIC_WORD, pair.public.bytes, 0644);
        if (!err)
            err = sync_parent(path);
        /* No half a pair: what was never used may go. */
        if (err)
            (void)unlink(path);
        if (err && err != ERR_BUSY)
            (void)unlink(public_path);
    }
    sodium_memzero(&pair, sizeof pair);
    return err;
}

static enum err read_key(const char *path, const char *word, uint8_t key[SEALED_KEY])
{
    uint8_t *text;
    size_t size, word_size = strlen(word), bytes = 0;
    if (sodium_init() < 0)
        return ERR_IO;
    enum err err = file_read(path, KEY_LINE_MAX, &text, &size);
    if (err)
        return err == ERR_LIMIT ? ERR_INVALID : err;
    bool ours = size == word_size + 2 * SEALED_KEY + 1 && memcmp(text, word, word_size) == 0 &&
                text[size - 1] == '\n' &&
                sodium_hex2bin(key, SEALED_KEY, (const char *)text + word_size, 2 * SEALED_KEY,
                               NULL, &bytes, NULL) == 0 &&
                bytes == SEALED_KEY;
    sodium_memzero(text, size);
    free(text);
    return ours ? ERR_OK : ERR_INVALID;
}

enum err sealed_read_public(const char *path, struct sealed_public *out)
{
    return read_key(path, PUBLIC_WORD, out->bytes);
}

enum err sealed_read_pair(const char *path, struct sealed_pair *out)
{
    enum err err = read_key(path, SECRET_WORD, out->secret);
    if (!err && crypto_scalarmult_base(out->public.bytes, out->secret) != 0)
        err = ERR_INVALID;
    return err;
}

static enum err put(struct sealed *seal, const uint8_t *bytes, size_t size)
{
    seal->written += size;
    if (EVP_DigestUpdate(seal->hash, bytes, size) != 1)
        return ERR_NOMEM;
    return file_put(seal->fd, bytes, size);
}

static enum err put_head(struct sealed *seal, const struct sealed_public *key)
{
    uint8_t head[HEAD], stream_key[SEALED_KEY];
    memcpy(head, magic, sizeof magic);
    crypto_secretstream_xchacha20poly1305_keygen(stream_key);
    int failed = crypto_box_seal(head + 8, stream_key, sizeof stream_key, key->bytes);
    failed |= crypto_secretstream_xchacha20poly1305_init_push(
        &seal->stream, head + 8 + SEALED_KEY + crypto_box_SEALBYTES, stream_key);
    sodium_memzero(stream_key, sizeof stream_key);
    return failed ? ERR_INVALID : put(seal, head, sizeof head);
}

enum err sealed_new(const char *path, const struct sealed_public *key, const char *label,
                    struct sealed **out)
{
    if (sodium_init() < 0)
        return ERR_IO;
    struct sealed *seal = calloc(1, sizeof *seal);
    if (!seal)
        return ERR_NOMEM;
    seal->label = strdup(label);
    seal->hash = EVP_MD_CTX_new();
    seal->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum err err = seal->fd < 0 ? io_error() : ERR_OK;
    if (!err &&
        (!seal->label || !seal->hash || EVP_DigestInit_ex(seal->hash, EVP_sha256(), NULL) != 1))
        err = ERR_NOMEM;
    if (!err)
        err = put_head(seal, key);
    if (err) {
        sealed_free(seal);
        return err;
    }
    *out = seal;
    return ERR_OK;
}

static enum err flush(struct sealed *seal, uint8_t tag)
{
    CHECK(crypto_secretstream_xchacha20poly1305_push(&seal->stream, seal->sealed, NULL, seal->plain,
                                                     seal->used, (const uint8_t *)seal->label,
                                                     strlen(seal->label), tag) == 0);
    size_t size = seal->used + CHUNK_EXTRA;
    seal->used = 0;
    return put(seal, seal->sealed, size);
}

enum err sealed_write(struct sealed *seal, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    while (size > 0) {
        /* A full chunk waits for more, since the last one is marked. */
        enum err err = ERR_OK;
        if (seal->used == SEALED_CHUNK)
            err = flush(seal, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
        if (err)
            return err;
        size_t room = SEALED_CHUNK - seal->used, part = size < room ? size : room;
        memcpy(seal->plain + seal->used, from, part);
        seal->used += part;
        from += part;
        size -= part;
    }
    return ERR_OK;
}

enum err sealed_finish(struct sealed *seal, uint64_t *size, struct hash *hash)
{
    enum err err = flush(seal, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    if (!err && EVP_DigestFinal_ex(seal->hash, hash->bytes, NULL) != 1)
        err = ERR_NOMEM;
    if (!err && fsync(seal->fd) != 0)
        err = io_error();
    int fd = seal->fd;
    seal->fd = -1;
    if (close(fd) != 0 && !err)
        err = io_error();
    *size = seal->written;
    return err;
}

void sealed_free(struct sealed *seal)
{
    if (!seal)
        return;
    if (seal->fd >= 0)
        close(seal->fd);
    EVP_MD_CTX_free(seal->hash);
    free(seal->label);
    sodium_memzero(seal, sizeof *seal);
    free(seal);
}

/* Up to `size` bytes; fewer only at the file's end. */
static enum err read_some(int fd, uint8_t *out, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t n = read(fd, out + *got, size - *got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR_IO;
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return ERR_OK;
}

static enum err read_head(struct unseal *unseal, const struct sealed_pair *pair)
{
    uint8_t head[HEAD], stream_key[SEALED_KEY];
    size_t got;
    enum err err = read_some(unseal->fd, head, sizeof head, &got);
    if (err)
        return err;
    if (got != sizeof head || memcmp(head, magic, sizeof magic) != 0 ||
        crypto_box_seal_open(stream_key, head + 8, SEALED_KEY + crypto_box_SEALBYTES,
                             pair->public.bytes, pair->secret) != 0)
        return ERR_CORRUPT;
    int failed = crypto_secretstream_xchacha20poly1305_init_pull(
        &unseal->stream, head + 8 + SEALED_KEY + crypto_box_SEALBYTES, stream_key);
    sodium_memzero(stream_key, sizeof stream_key);
    return failed ? ERR_CORRUPT : ERR_OK;
}

enum err unseal_new(const char *path, const struct sealed_pair *pair, const char *label,
                    struct unseal **out)
{
    if (sodium_init() < 0)
        return ERR_IO;
    struct unseal *unseal = calloc(1, sizeof *unseal);
    if (!unseal)
        return ERR_NOMEM;
    unseal->label = strdup(label);
    unseal->fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err err = ERR_OK;
    if (unseal->fd < 0)
        err = errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
    if (!err && !unseal->label)
        err = ERR_NOMEM;
    if (!err)
        err = read_head(unseal, pair);
    if (err) {
        unseal_free(unseal);
        return err;
    }
    *out = unseal;
    return ERR_OK;
}

enum err unseal_read(struct unseal *unseal, struct slice *piece)
{
    size_t got;
    unsigned char tag = 0;
    unsigned long long size = 0;
    enum err err = read_some(unseal->fd, unseal->sealed, sizeof unseal->sealed, &got);
    if (err)
        return err;
    if (unseal->ended)
        return got == 0 ? ERR_NOTFOUND : ERR_CORRUPT;
    if (got < CHUNK_EXTRA || crypto_secretstream_xchacha20poly1305_pull(
                                 &unseal->stream, unseal->plain, &size, &tag, unseal->sealed, got,
                                 (const uint8_t *)unseal->label, strlen(unseal->label)) != 0)
        return ERR_CORRUPT;
    unseal->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    *piece = (struct slice){unseal->plain, (size_t)size};
    return ERR_OK;
}

void unseal_free(struct unseal *unseal)
{
    if (!unseal)
        return;
    if (unseal->fd >= 0)
        close(unseal->fd);
    free(unseal->label);
    sodium_memzero(unseal, sizeof *unseal);
    free(unseal);
}

enum err sealed_hash(const char *path, uint64_t *size, struct hash *hash)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
    uint8_t *buffer = malloc(SEALED_CHUNK);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t got = SEALED_CHUNK;
    bool ok = buffer && context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    enum err err = ok ? ERR_OK : ERR_NOMEM;
    *size = 0;
    while (!err && got == SEALED_CHUNK) {
        err = read_some(fd, buffer, SEALED_CHUNK, &got);
        *size += got;
        if (!err && EVP_DigestUpdate(context, buffer, got) != 1)
            err = ERR_NOMEM;
    }
    if (!err && EVP_DigestFinal_ex(context, hash->bytes, NULL) != 1)
        err = ERR_NOMEM;
    EVP_MD_CTX_free(context);
    free(buffer);
    close(fd);
    return err;
}
