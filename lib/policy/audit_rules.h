/* The smart-audit rules of a pack, compiled (audit.yaml; conf/audit.5): what lib/audit walks.
 * Immutable, in the pack's arena. Masks are of the pack's indexes that all its versions share.
 *
 * A rule looks at lines through a slot, which says which items are its own; an exclude rule has
 * two. Which slots an entry of the catalogue is in is worked out when the pack is compiled: a line
 * asks for one number and never searches a list. */
#ifndef POLICY_AUDIT_RULES_H
#define POLICY_AUDIT_RULES_H

#include "model/finding.h"
#include "policy/audit_items.h"
#include "policy/catalogue.h"
#include "policy/policy.h"

#define AUDIT_RULES_MAX 500
#define AUDIT_SLOTS_MAX 1024
#define AUDIT_NO_SLOT UINT16_MAX
#define AUDIT_RULE_WORDS ((AUDIT_RULES_MAX + 63) / 64)

enum audit_kind {
    AUDIT_ONLY,        /* the items are for such patients and care alone */
    AUDIT_PRICE,       /* a unit costs at most so much */
    AUDIT_LIMIT,       /* so many, so much, so often, for so long */
    AUDIT_EXCLUDE,     /* the items do not stand beside others */
    AUDIT_OVERLAP,     /* care while other care lasts */
    AUDIT_READMISSION, /* care so soon after other care */
    AUDIT_STANDING,    /* who is frozen or suspended */
};

enum audit_of { AUDIT_OF_CNT, AUDIT_OF_AMOUNT, AUDIT_OF_LINES, AUDIT_OF_SUPPLY };
enum audit_per {
    AUDIT_PER_LINE,
    AUDIT_PER_FEE_DAY,
    AUDIT_PER_CLAIM,
    AUDIT_PER_MONTH,
    AUDIT_PER_DAYS
};

struct audit_limit {
    uint8_t of;      /* enum audit_of */
    uint8_t per;     /* enum audit_per; of supply: AUDIT_PER_CLAIM */
    uint16_t days;   /* of AUDIT_PER_DAYS: the fee's day and those before it, together */
    bool each_item;  /* every item by itself; false: the items together */
    bool history;    /* what earlier settlements hold counts */
    bool stay_days;  /* at most the days of the stay, instead of at_most */
    int64_t at_most; /* cnt x 10^4; fen; lines; days of supply x 100 */
};

enum audit_same { AUDIT_SAME_CODE, AUDIT_SAME_CATEGORY, AUDIT_SAME_ANY };

struct audit_rule {
    const char *rule_id, *rule_name;
    uint16_t clause;           /* of the rules' own clauses */
    uint8_t sev_deg;           /* enum audit_level */
    uint8_t bearer;            /* enum line_refused; of AUDIT_REFUSE_LINE */
    uint8_t kind;              /* enum audit_kind */
    int32_t begndate, enddate; /* of the day on which the care ended */
    struct audit_where when;
    uint16_t slot; /* AUDIT_NO_SLOT: of the claim as a whole */
    union {
        struct audit_where only;
        struct {
            bool cap;        /* the catalogue's price cap, instead of at_most */
            int64_t at_most; /* yuan x 10^6 */
        } price;
        struct audit_limit limit;
        struct {
            uint16_t with; /* slot */
            bool per_day;  /* of one day's fees; false: of the claim */
        } exclude;
        struct {
            uint32_t kinds; /* of the other care */
            bool elsewhere; /* at another institution only */
            bool edges;     /* its first and last day count */
        } overlap;
        struct {
            uint16_t within_days;
            uint8_t diagnosis;  /* enum audit_same */
            bool same_hospital; /* false: anywhere */
        } readmission;
        struct {
            bool institution; /* false: the member */
            bool frozen, suspended;
        } standing;
    } as;
};

struct audit_slot {
    uint16_t rule;
    bool with; /* an exclude rule's other items */
    struct audit_items items;
};

/* A reason with which a rule that asks may be overridden. */
struct audit_reason {
    const char *code, *zh;
};

struct audit_rules {
    uint16_t rule_count, slot_count, reason_count, clause_count;
    const struct audit_rule *rules;
    const struct audit_slot *slots;
    const struct audit_reason *reasons;
    const struct policy_clause *clauses;
    /* Rules as bits: those whose `when` admits a kind of care; that ask nothing else, on any day.
     */
    uint64_t by_kind[POLICY_KINDS_MAX][AUDIT_RULE_WORDS], always[AUDIT_RULE_WORDS];
    uint16_t words; /* of a set of slots as bits; set_of: by position in the catalogue */
    const uint64_t *sets;
    const uint16_t *set_of;
};

/* NULL: no slot holds the entry. Else `words` words, a bit 1 << position of each slot that does. */
const uint64_t *audit_rules_of(const struct audit_rules *rules, const struct catalogue *catalogue,
                               const struct catalogue_entry *entry);
const struct policy_clause *audit_clause(const struct audit_rules *rules, uint16_t clause);
/* NULL: the rules have no such reason. */
const struct audit_reason *audit_reason_find(const struct audit_rules *rules, const char *code);

#endif
