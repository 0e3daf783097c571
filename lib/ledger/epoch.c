/* The epoch file: 40 bytes of magic "CPYEPOCH", region (8), epoch (8), begun (8), version (4),
 * CRC-32 (4). Replaced whole by a rename, so that it is either the old one or the new one. Runs in
 * the thread that opens the ledger, under the data folder's lock. */
#include "ledger/epoch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ledger/disk.h"
#include "ledger/fault.h"
#include "ledger/group.h"

#define EPOCH_TEMPORARY "epoch.tmp"
#define EPOCH_SIZE 40

static const char magic[8] = "CPYEPOCH";

static const char *parse(const uint8_t *bytes, const char *region, struct epoch *epoch)
{
    struct reader r = reader_on(bytes, EPOCH_SIZE);
    const uint8_t *start = read_bytes(&r, sizeof(magic));
    const uint8_t *stored = read_bytes(&r, 8);
    epoch->number = read_u64(&r);
    epoch->begun = read_u64(&r) != 0;
    uint32_t version = read_u32(&r);
    uint32_t crc = read_u32(&r);
    if (memcmp(start, magic, sizeof(magic)) != 0 || crc != hash_crc32(0, bytes, EPOCH_SIZE - 4))
        return "the epoch file fails its CRC";
    if (version != LEDGER_FORMAT)
        return "the epoch file has a version that this program does not know";
    if (memcmp(stored, region, ID_ADMDVS) != 0)
        return "the ledger belongs to another region";
    return NULL;
}

enum err epoch_load(int dir_fd, const char *region, struct epoch *epoch, struct ledger_fault *fault)
{
    *epoch = (struct epoch){0};
    int fd = openat(dir_fd, EPOCH_FILE, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        enum err err = disk_error();
        return err == ERR_NOTFOUND ? ERR_OK : err;
    }
    uint8_t bytes[EPOCH_SIZE];
    enum err err = disk_read(fd, bytes, sizeof(bytes), 0);
    close(fd);
    if (err && err != ERR_NOTFOUND)
        return err;
    const char *why = err ? "the epoch file is too short" : parse(bytes, region, epoch);
    if (!why)
        return ERR_OK;
    fault_set(fault, EPOCH_FILE, 0, 0, "%s", why);
    return ERR_CORRUPT;
}

enum err epoch_store(int dir_fd, const char *region, const struct epoch *epoch)
{
    uint8_t bytes[EPOCH_SIZE] = {0};
    char padded[8] = {0};
    memcpy(padded, region, ID_ADMDVS);
    struct writer w = writer_on(bytes, sizeof(bytes));
    write_bytes(&w, magic, sizeof(magic));
    write_bytes(&w, padded, sizeof(padded));
    write_u64(&w, epoch->number);
    write_u64(&w, epoch->begun);
    write_u32(&w, LEDGER_FORMAT);
    write_u32(&w, hash_crc32(0, bytes, w.used));
    CHECK(!w.failed && w.used == w.size);

    int fd = openat(dir_fd, EPOCH_TEMPORARY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return disk_error();
    enum err err = disk_write(fd, bytes, sizeof(bytes), 0);
    if (!err)
        err = disk_sync(fd);
    if (close(fd) != 0 && !err)
        err = disk_error();
    if (!err && renameat(dir_fd, EPOCH_TEMPORARY, dir_fd, EPOCH_FILE) != 0)
        err = disk_error();
    if (err)
        return err;
    return disk_sync_folder(dir_fd);
}
