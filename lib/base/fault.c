/* Collecting faults. No allocation; the collector is the caller's. */
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void faults_put(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                const char *en)
{
    if (faults->count == FAULTS_MAX) {
        faults->more++;
        return;
    }
    struct fault *f = &faults->list[faults->count++];
    const char *slash = strrchr(file, '/');
    /* What is quoted is as it was found, and a terminal would obey it.
     * Of a long path the name says more than the beginning. */
    utf8_show(slash && strlen(file) >= sizeof f->file ? slash + 1 : file, f->file, sizeof f->file);
    utf8_show(key ? key : "", f->key, sizeof f->key);
    utf8_show(zh, f->zh, sizeof f->zh);
    utf8_show(en, f->en, sizeof f->en);
    f->line = line;
    f->objection = false;
}

void faults_add(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                const char *en, ...)
{
    va_list args;
    va_start(args, en);
    faults_vadd(faults, file, line, key, zh, en, args);
    va_end(args);
}

void faults_vadd(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                 const char *en, va_list args)
{
    /* One byte more than a fault keeps, so that faults_put() sees where to cut. */
    char zh_text[sizeof faults->list[0].zh + 1], en_text[sizeof faults->list[0].en + 1];
    va_list again;
    va_copy(again, args);
    vsnprintf(zh_text, sizeof zh_text, zh, args);
    vsnprintf(en_text, sizeof en_text, en, again);
    va_end(again);
    faults_put(faults, file, line, key, zh_text, en_text);
}

void faults_object(struct faults *faults, uint32_t before)
{
    for (uint32_t i = before; i < faults->count; i++)
        faults->list[i].objection = true;
    faults->objections += faults_total(faults) - before;
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

void faults_report(struct faults *faults, FILE *out)
{
    faults_sort(faults);
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->list[i];
        fprintf(out, "%s:", fault->file);
        if (fault->line > 0)
            fprintf(out, "%d:", fault->line);
        if (fault->key[0])
            fprintf(out, " %s:", fault->key);
        fprintf(out, " %s / %s\n", fault->zh, fault->en);
    }
    if (faults->more)
        fprintf(out, "另有 %u 处 / and %u more\n", faults->more, faults->more);
}
