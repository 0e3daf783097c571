/* One audit at work; private to lib/audit. Lives on the caller's stack for one call. */
#ifndef AUDIT_WORK_H
#define AUDIT_WORK_H

#include "audit/audit.h"

/* Earlier lines, in order of date. */
struct history {
    uint32_t count;
    const struct audit_dispensed **list; /* NULL: none, or not looked for yet */
};

/* A line less what was taken back of it. */
struct audited {
    uint32_t line; /* position in the bill */
    int32_t day;
    int64_t cnt, amount;
    const uint64_t *slots;  /* that its item is in; NULL: none */
    int64_t pric_uplmt_amt; /* the catalogue's; -1: none */
    uint32_t mark;          /* other marks, other items; after earlier_begin() */
    struct history history; /* of the same item; after item_history() */
};

/* The same of a line that was dispensed earlier. */
struct earlier {
    const uint64_t *slots;
    uint32_t mark;
};

/* The lines of a slot, as positions in work->lines. */
struct hits {
    uint32_t count;
    const uint32_t *at;
};

struct work {
    const struct audit_rules *rules;
    const struct audit_facts *facts;
    struct arena *arena;
    uint8_t *refused;
    struct audit_report *report;
    uint64_t active[AUDIT_RULE_WORDS]; /* rules that are for this claim */
    uint32_t line_count;
    struct audited *lines;         /* in order of day and feedetl_sn, none without money */
    struct hits *hits;             /* by slot; NULL: no line is in any */
    const struct earlier *earlier; /* by fact; NULL before somebody asks */
    struct history *histories;     /* by slot; likewise */
    bool out_of_memory;            /* latched */
};

/* audit.c: a finding of a rule, and what follows from it. line: a position in work->lines, or
 * FINDING_WHOLE. */
void finding_add(struct work *w, uint16_t rule, uint32_t line, int64_t vola_amt,
                 struct vola_evid evidence);
struct vola_evid no_evidence(void);

/* where.c: the first condition that is not met; AUDIT_MATCH_NONE: all are. line NULL: of the claim.
 */
enum audit_match where_failed(const struct work *w, const struct audit_where *where,
                              const struct audited *line);

/* lines.c: w->lines and w->hits, where some rule looks at lines. */
void lines_begin(struct work *w);
/* earlier.c: what was dispensed earlier of the line's item, and of the items of a slot that a limit
 * with history has; nothing, too, when out of memory. */
struct history item_history(struct work *w, struct audited *line);
struct history slot_history(struct work *w, uint16_t slot);
/* lines.c: of a stated item no catalogue has a set. */
const uint64_t *stated_slots(struct work *w, const char *code, const struct stated_line *stated);

/* Each walks what a rule of its kinds is about. */
void only_walk(struct work *w, uint16_t rule);
void price_walk(struct work *w, uint16_t rule);
void exclude_walk(struct work *w, uint16_t rule);
void limit_walk(struct work *w, uint16_t rule);   /* limit.c */
void overlap_look(struct work *w, uint16_t rule); /* visit.c */
void readmission_look(struct work *w, uint16_t rule);
void standing_look(struct work *w, uint16_t rule);

/* supply.c: limit_walk() for one group of lines that count together, where days of supply are
 * limited. */
void supply_group(struct work *w, uint16_t rule, const uint32_t *order, uint32_t count);
/* limit.c, for both. */
/* Earlier lines that count with a group's, whose first is that one. */
struct history limit_history(struct work *w, const struct audit_rule *rule, uint32_t first);
/* The share of a line's amount that is over. */
int64_t limit_share(int64_t amount, int64_t over, int64_t value);

#endif
