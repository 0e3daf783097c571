/* The files of the national interface that a catalogue is made of: which columns of each say what,
 * and what becomes of a line. */
#ifndef COPAY_POLICY_NATIONAL_H
#define COPAY_POLICY_NATIONAL_H

#include "base/arena.h"
#include "base/limits.h"
#include "facts.h"
#include "readings.h"
#include "review/sheet.h"
#include "tab.h"

/* What a region's own file says, which is rows with the names of their fields above them. */
enum local { LOCAL_NONE, LOCAL_CLASS, LOCAL_CAP, LOCAL_RATIO };

/* Columns are counted from 1; 0: the file has none. */
struct national {
    const char *infno; /* the transaction that hands it out */
    const char *zh, *en;
    enum local local;  /* LOCAL_NONE: a national file without field names */
    uint8_t widths[2]; /* of the layouts that were seen */
    struct {
        uint8_t column;
        const char *key;
    } names[3]; /* the first that says something is the item's name */
    uint8_t essential, begins, ends, valid, ver;
};

/* One file of an import. */
struct input {
    const struct national *kind;
    const char *path;
    char *text; /* malloc'ed; facts borrow from it */
    size_t size;
    uint32_t lines;
    char ver[TEXT_CODE_MAX + 1]; /* the latest that a row names, "" when none does */
    int64_t stamp;               /* of that */
};

/* What reading needs, and where it puts what it finds. */
struct intake {
    const struct readings *readings;
    struct sheet *sheet; /* the catalogue; a ratio's column is added where it has none */
    struct arena *arena;
    struct facts *facts;
    struct skips *skips;
    struct faults *faults;
};

/* The kind of a file by its transaction number; NULL when a catalogue has no use for it. */
const struct national *national_find(const char *infno);

/* Reads the file's text, which is written over, into facts. What is wrong is in the faults. */
void national_read(struct input *input, uint8_t number, struct intake *intake);

/* What puts versions in order: the time of 14 digits that a version's name holds, or its number.
 * False: it is neither. */
bool version_stamp(const char *ver, int64_t *stamp);
/* Keeps the later one. */
void input_note_version(struct input *input, const char *ver, int64_t stamp);
/* Reads an item's code; a fault and false when it is none. */
bool input_code(const struct tab_line *line, size_t column, const char *name, const char **code);

#endif
