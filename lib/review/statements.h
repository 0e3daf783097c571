/* A compiled policy told as statements in words: section by section, about what, for whom, what it
 * says, by which clause. What table prints and diff compares; a new form of rule is one more
 * function that adds statements (tell_rules.c and its neighbours). */
#ifndef REVIEW_STATEMENTS_H
#define REVIEW_STATEMENTS_H

#include "base/arena.h"
#include "review/words.h"

#define SECTIONS_MAX 64
#define STATEMENTS_MAX 16384

struct statement {
    const char *topic; /* the same in every language and policy: "ratio" */
    const char *about; /* the topic in words: "支付比例" */
    const char *key; /* about, by the ids of what it names: that of the other policy is the same */
    /* Rows of a table: whom it is for; NULL for everything else. */
    const struct selector *who;
    const char *who_else; /* who's identities, age and situation in words; "" when anybody */
    const char *who_key;  /* the same by ids */
    const char *text;
    uint16_t clause;
};

struct section {
    const char *id;            /* a layer's id, or that of a part of the policy: "dates" */
    const char *title;         /* in words */
    const struct layer *layer; /* or that settles a package; NULL: the policy as a whole */
    uint32_t first, count;     /* of statements */
};

struct statements {
    enum lang lang;
    const struct policy *policy;
    struct arena *arena;
    uint32_t section_count, count;
    struct section sections[SECTIONS_MAX];
    struct statement list[STATEMENTS_MAX];
};

/* The whole of a policy; the caller frees it. Borrows the policy. */
struct statements *statements_of(const struct policy *policy, enum lang lang);
void statements_free(struct statements *statements);

/* For the functions that tell. One statement at a time: write its text to what tell() returns, then
 * call told(). `who` may be NULL. */
FILE *tell(struct statements *s, const char *topic, const char *about, const struct selector *who,
           uint16_t clause);
void told(struct statements *s);
/* The same with one text. */
void tell_text(struct statements *s, const char *topic, const char *about, uint16_t clause,
               const char *text);

/* One of several statements of a topic, told apart by what it is about: "人员类别 在职", the class
 * active. */
FILE *tell_named(struct statements *s, const char *topic, const char *about, const char *name,
                 const char *id);
/* The same of a statement that is told already apart: its key. */
void tell_key(struct statements *s, const char *key);

/* A selector's identities, age and situation in words, and by their ids; kept with the statements.
 */
const char *statements_who_else(struct statements *s, const struct selector *who);
const char *statements_who_key(struct statements *s, const struct selector *who);

/* Sections: tell_policy.c, tell_layer.c, tell_rules.c, tell_deductible.c; tell_lines.c has a part
 * of both. */
void tell_policy(struct statements *s);
void tell_titles(struct statements *s);
void tell_waiting(struct statements *s);
void tell_transition(struct statements *s);
void tell_lines(struct statements *s);
void tell_rounding(struct statements *s);
void say_parts(FILE *out, enum lang lang, const uint8_t parts[], uint8_t part_count);
/* tell_packages.c */
void tell_package(struct statements *s, uint8_t index);
void tell_allowance(struct statements *s, uint8_t index);
void tell_scope(struct statements *s, const struct layer *layer);
void tell_layer(struct statements *s, const struct layer *layer);
void tell_rules(struct statements *s, const struct layer *layer);
void tell_deductible(struct statements *s, const struct layer *layer);

#endif
