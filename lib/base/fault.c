/* Collecting faults. No allocation; the collector is the caller's. */
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static void fill(char *out, size_t capacity, const char *format, va_list args)
{
    int needed = vsnprintf(out, capacity, format, args);
    if (needed < 0)
        out[0] = '\0';
    else if ((size_t)needed >= capacity)
        out[utf8_whole(out, capacity - 1)] = '\0';
}

static void copy(char *out, size_t capacity, const char *text)
{
    size_t size = utf8_whole(text, strnlen(text, capacity - 1));
    memcpy(out, text, size);
    out[size] = '\0';
}

void faults_add(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                const char *en, ...)
{
    if (faults->count == FAULTS_MAX) {
        faults->more++;
        return;
    }
    struct fault *f = &faults->list[faults->count++];
    copy(f->file, sizeof f->file, file);
    copy(f->key, sizeof f->key, key ? key : "");
    f->line = line;
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    fill(f->zh, sizeof f->zh, zh, args);
    fill(f->en, sizeof f->en, en, again);
    va_end(again);
    va_end(args);
}

static int compare(const struct fault *a, const struct fault *b)
{
    int by_file = strcmp(a->file, b->file);
    return by_file ? by_file : (a->line > b->line) - (a->line < b->line);
}

/* Insertion keeps the order within a line, and the list is short and nearly sorted. */
void faults_sort(struct faults *faults)
{
    for (uint32_t i = 1; i < faults->count; i++) {
        struct fault moved = faults->list[i];
        uint32_t at = i;
        while (at > 0 && compare(&moved, &faults->list[at - 1]) < 0) {
            faults->list[at] = faults->list[at - 1];
            at--;
        }
        faults->list[at] = moved;
    }
}
