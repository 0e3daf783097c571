/* Recordings on disk. */
#include "recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "wire/frame.h"

#define TAPE_MAX ((size_t)8 << 30)

static const char magic[8] = {'c', 'o', 'p', 'a', 'y', 'r', 'e', 'c'};

bool recording_open(struct recording *recording, const char *path)
{
    *recording = (struct recording){.path = path, .file = fopen(path, "w")};
    if (recording->file && fwrite(magic, 1, sizeof magic, recording->file) == sizeof magic)
        return true;
    fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
    return false;
}

void recording_add(struct recording *recording, const struct slot *slot, int64_t now_us)
{
    uint8_t head[RECORDING_HEAD];
    struct writer w = writer_on(head, sizeof head);
    const struct message *m = &slot->message;
    if (recording->begun_us == 0)
        recording->begun_us = now_us;
    write_u64(&w, (uint64_t)(now_us - recording->begun_us));
    write_u32(&w, slot->lane->index);
    write_u32(&w, (uint32_t)m->size);
    write_bytes(&w, slot->lane->terminal.fixmedins_code, ID_FIXMEDINS);
    write_bytes(&w, m->msgid, ID_MSGID);
    CHECK(!w.failed && w.used == sizeof head);
    if (recording->failed)
        return;
    recording->failed = fwrite(head, 1, sizeof head, recording->file) != sizeof head ||
                        fwrite(m->bytes + m->start, 1, m->size, recording->file) != m->size;
    if (recording->failed)
        fprintf(stderr, "copay-replay: %s: %s; the recording is not whole, the run goes on\n",
                recording->path, strerror(errno));
}

bool recording_close(struct recording *recording)
{
    if (fclose(recording->file) != 0 && !recording->failed) {
        fprintf(stderr, "copay-replay: %s: %s\n", recording->path, strerror(errno));
        recording->failed = true;
    }
    return !recording->failed;
}

static bool read_one(struct reader *r, struct recorded *m)
{
    m->offset_us = (int64_t)read_u64(r);
    m->lane = read_u32(r);
    m->frame.size = read_u32(r);
    const uint8_t *code = read_bytes(r, ID_FIXMEDINS), *msgid = read_bytes(r, ID_MSGID);
    m->frame.data = read_bytes(r, m->frame.size);
    if (r->failed || m->offset_us < 0 || m->lane >= CONNECTIONS_MAX || m->frame.size < FRAME_HEAD)
        return false;
    memcpy(m->fixmedins_code, code, ID_FIXMEDINS);
    memcpy(m->msgid, msgid, ID_MSGID);
    return id_is_fixmedins(m->fixmedins_code) && id_parse_msgid(m->msgid, NULL) == ERR_OK;
}

static bool parse(struct tape *tape)
{
    struct reader r = reader_on(tape->data, tape->size);
    const uint8_t *begins = read_bytes(&r, sizeof magic);
    size_t capacity = 0;
    if (!begins || memcmp(begins, magic, sizeof magic) != 0)
        return false;
    while (r.used < r.size) {
        if (tape->count == capacity) {
            capacity = capacity ? capacity * 2 : 1024;
            void *grown = realloc(tape->messages, capacity * sizeof *tape->messages);
            CHECK(grown);
            tape->messages = grown;
        }
        tape->messages[tape->count] = (struct recorded){0};
        if (!read_one(&r, &tape->messages[tape->count]))
            return false;
        tape->count++;
    }
    return tape->count > 0;
}

bool tape_read(struct tape *tape, const char *path)
{
    *tape = (struct tape){0};
    enum err err = file_read(path, TAPE_MAX, &tape->data, &tape->size);
    if (err == ERR_OK && parse(tape))
        return true;
    fprintf(stderr, "copay-replay: %s: %s\n", path,
            err == ERR_OK ? "not a whole recording" : err_text(err));
    tape_free(tape);
    return false;
}

void tape_free(struct tape *tape)
{
    free(tape->data);
    free(tape->messages);
    *tape = (struct tape){0};
}
