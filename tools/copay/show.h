/* What the parts of a printed answer share. */
#ifndef COPAY_SHOW_H
#define COPAY_SHOW_H

#include <stdio.h>

#include "base/date.h"
#include "base/money.h"
#include "copay.pb-c.h"

/* Money in a text: each use has a buffer of its own. */
#define YUAN(fen) money_yuan((fen), (char[MONEY_TEXT]){0})
/* 8500 as 85, 8333 as 83.33. */
#define PERCENT(ratio) money_format((ratio), 2, -1, (char[MONEY_TEXT]){0})
#define DAY(date) date_format((date), (char[DATE_TEXT]){0})
#define MOMENT(time_ms) date_format_time((time_ms), (char[DATE_TEXT]){0})

struct show {
    const Copay__Request *request;        /* NULL for a stored answer */
    const Copay__ReplyEnvelope *envelope; /* names and clauses */
    FILE *out;
};

/* "" for NULL. */
const char *show_text(const char *text);
const char *show_insutype(const char *insutype);
/* A layer's name by the envelope's labels, or the id itself. */
const char *show_layer(const struct show *show, const char *layer);
/* An accumulator's scope: the layer's name, and the grade behind a slash where it counts by grade.
 * A code of `field` with its name: "普通住院（21）". Into buf, cut at its size. */
#define SHOW_SCOPE 160
const char *show_scope(const struct show *show, const char *scope, char buf[SHOW_SCOPE]);
const char *show_code(const struct show *show, const char *field, const char *code,
                      char buf[SHOW_SCOPE]);
/* "〔R-IP-3〕" or "" ; buf holds 80 bytes. */
#define SHOW_CLAUSE 80
const char *show_clause(const char *clause, char buf[SHOW_CLAUSE]);
/* An accumulator's kind in words; its value as yuan or as a count, into buf (MONEY_TEXT). */
const char *show_kind(const char *kind);
const char *show_value(const Copay__Accumulator *accumulator, int64_t value, char *buf);

void show_lines(const struct show *show, size_t count, Copay__LineSplit *const *lines);
void show_settlement(const struct show *show, const Copay__Settlement *s);
void show_steps(const struct show *show, const Copay__Settlement *s);
void show_person(const struct show *show, const Copay__Person *p);
void show_shift(const struct show *show, const Copay__Shift *shift);
void show_visits(const struct show *show, const Copay__Reply *reply);

#endif
