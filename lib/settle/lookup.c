/* Codes and names are the pack's own where it has them; what no pack says, the national list does.
 */
#include "settle/lookup.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/pack.h"

/* ---- 5206 ---- */

/* The layer that sums under that scope, whose value of a dimension, day or institution may stand
 * behind its own name; NULL: none does. */
static const struct layer *layer_of(const struct policy *policy, const char *scope)
{
    const size_t size = strcspn(scope, "/@#");
    for (int i = 0; i < policy->layer_count; i++)
        if (strlen(policy->layers[i].accumulates) == size &&
            memcmp(policy->layers[i].accumulates, scope, size) == 0)
            return &policy->layers[i];
    return NULL;
}

static enum err tell_sum(struct turn *turn, const struct policy *policy, const struct accum *a,
                         struct cumulated *out)
{
    const struct layer *layer =
        a->kind == ACCUM_STAYS || a->kind == ACCUM_VISITS ? NULL : layer_of(policy, a->scope);
    const char *fund = layer ? layer->fund_pay_type : "";
    const char *title = policy_title(policy, a->scope);
    const char *prefix = "S0000";
    char code[16];
    if (a->kind == ACCUM_STAYS || a->kind == ACCUM_VISITS)
        prefix = "C0000";
    else if (a->kind == ACCUM_DEDC)
        prefix = "Q0000";
    else if (a->kind == ACCUM_PAID)
        prefix = "D";
    else if (a->kind == ACCUM_BASE)
        prefix = "TS";
    int size = snprintf(code, sizeof code, "%s%.7s", prefix,
                        a->kind == ACCUM_PAID || a->kind == ACCUM_BASE ? fund : "");
    *out = (struct cumulated){.cum_type_code = arena_copy(turn->arena, code, (size_t)size),
                              .name = layer   ? layer->name_zh
                                      : title ? title
                                              : "",
                              .year = a->year,
                              .insutype = a->insutype,
                              .kind = a->kind,
                              .scope = a->scope,
                              .value = a->value};
    return out->cum_type_code ? ERR_OK : ERR_NOMEM;
}

enum err lookup_cumulated(struct turn *turn)
{
    const struct counter_query *q = &turn->request->query;
    struct reply *reply = turn->reply;
    const struct policy *policy = turn->pack ? pack_policy(turn->pack, turn->today) : NULL;
    struct person *person = arena_alloc_raw(turn->arena, sizeof *person);
    struct person_year *year = arena_alloc_raw(turn->arena, sizeof *year);
    struct cumulated *list = arena_alloc_raw(turn->arena, ACCUMS_MAX * sizeof *list);
    if (!person || !year || !list)
        return ERR_NOMEM;
    if (!policy)
        return turn_retry(turn, REASON_NO_POLICY);
    enum err err = state_person(turn->state, q->psn_no, person);
    if (err == ERR_NOTFOUND) {
        problem_add(turn->problems, REASON_PERSON_UNKNOWN, "psn_no", NULL, q->psn_no);
        return turn_refuse(turn);
    }
    if (err == ERR_OK)
        err = state_person_year(turn->state, q->psn_no,
                                q->year ? q->year : dates_year(&policy->dates, turn->today), year);
    for (uint32_t i = 0; err == ERR_OK && i < year->accums.count; i++)
        err = tell_sum(turn, policy, &year->accums.list[i], &list[reply->told.cumulated_count++]);
    reply->told.cumulated = list;
    return err == ERR_OK ? turn_answer(turn) : err;
}

/* ---- 1201 ---- */

static enum err tell_medins(struct turn *turn, const struct policy *policy,
                            const struct institution *in)
{
    struct medins *m = arena_alloc(turn->arena, sizeof *m);
    const char **kinds = arena_alloc(turn->arena, POLICY_KINDS_MAX * sizeof *kinds);
    if (!m || !kinds)
        return ERR_NOMEM;
    for (int i = 0; i < policy->kind_count; i++)
        if (in->kinds >> i & 1)
            kinds[m->kind_count++] = policy->kinds[i];
    m->fixmedins_code = in->fixmedins_code;
    m->name = in->name;
    m->fixmedins_type = in->fixmedins_type;
    m->admdvs = in->admdvs;
    m->benefit_grade = policy->grades[in->benefit_grade];
    m->cap_grade = policy->cap_grades[in->cap_grade];
    m->dedc_grade = policy->grades[in->dedc_grade];
    m->begndate = in->begndate;
    m->enddate = in->enddate;
    m->kinds = kinds;
    turn->reply->told.medins = m;
    return turn_answer(turn);
}

enum err lookup_medins(struct turn *turn)
{
    const struct request *request = turn->request;
    const char *code =
        request->query.fixmedins_code[0] ? request->query.fixmedins_code : request->fixmedins_code;
    const struct policy *policy = turn->pack ? pack_policy(turn->pack, turn->today) : NULL;
    if (!policy)
        return turn_retry(turn, REASON_NO_POLICY);
    const struct institution *institution = pack_institution(turn->pack, code);
    if (institution)
        return tell_medins(turn, policy, institution);
    problem_add(turn->problems, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", NULL, code);
    return turn_refuse(turn);
}

/* ---- 1901 ---- */

#define WORDS_MAX 256
_Static_assert(POLICY_MED_TYPES_MAX <= WORDS_MAX && POLICY_IDENTITIES_MAX * 8 <= WORDS_MAX &&
                   POLICY_CLASSES_MAX * 8 <= WORDS_MAX,
               "a dictionary has room for the pack's codes");

struct words {
    const struct policy *policy;
    struct arena *arena;
    uint32_t count;
    struct dictionary_word list[WORDS_MAX];
};

static void add(struct words *w, const char *value, const char *label, const char *parent)
{
    w->list[w->count++] = (struct dictionary_word){value, label ? label : value, parent};
}

static void add_all(struct words *w, const struct dictionary_word *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        w->list[w->count++] = list[i];
}
#define ADD_ALL(w, list) add_all(w, list, ARRAY_LEN(list))

static const struct dictionary_word national_insutypes[] = {
    {"310", "职工基本医疗保险", ""},
    {"390", "城乡居民基本医疗保险", ""},
};

static const char *insutype_text(struct words *w, uint16_t insutype)
{
    char text[8];
    int size = snprintf(text, sizeof text, "%u", insutype);
    const char *copy = arena_copy(w->arena, text, (size_t)size);
    return copy ? copy : "";
}

static void insutypes(struct words *w)
{
    for (int i = 0; i < w->policy->insutype_count; i++) {
        const char *value = insutype_text(w, w->policy->insutypes[i]);
        const char *label = policy_title(w->policy, value);
        for (size_t k = 0; !label && k < ARRAY_LEN(national_insutypes); k++)
            if (strcmp(national_insutypes[k].value, value) == 0)
                label = national_insutypes[k].label;
        add(w, value, label, "");
    }
}

/* By the beginnings of the codes: 11 holds 1101. */
static void psn_types(struct words *w)
{
    const struct policy *p = w->policy;
    for (int i = 0; i < p->class_count; i++) {
        const struct policy_class *c = &p->classes[i];
        const char *title = policy_title(p, c->name);
        for (int k = 0; k < c->prefix_count; k++)
            add(w, c->prefixes[k], title ? title : c->name,
                insutype_text(w, p->insutypes[c->insutype]));
    }
}

static void psn_idet_types(struct words *w)
{
    for (int i = 0; i < w->policy->identity_count; i++) {
        const struct policy_identity *identity = &w->policy->identities[i];
        for (int k = 0; k < identity->code_count; k++)
            add(w, identity->codes[k], identity->name_zh, "");
    }
}

static void med_types(struct words *w)
{
    for (int i = 0; i < w->policy->med_type_count; i++)
        add(w, w->policy->med_types[i].med_type, w->policy->med_types[i].name_zh, "");
}

static void chrgitm_lvs(struct words *w)
{
    static const struct dictionary_word list[] = {
        {"01", "甲类", ""}, {"02", "乙类", ""}, {"03", "丙类(自费)", ""}};
    ADD_ALL(w, list);
}

static void med_chrgitm_types(struct words *w)
{
    static const struct dictionary_word list[] = {
        {"01", "床位费", ""},     {"02", "诊察费", ""},     {"03", "检查费", ""},
        {"04", "化验费", ""},     {"05", "治疗费", ""},     {"06", "手术费", ""},
        {"07", "护理费", ""},     {"08", "卫生材料费", ""}, {"09", "西药费", ""},
        {"10", "中药饮片费", ""}, {"11", "中成药费", ""},   {"12", "一般诊疗费", ""},
        {"13", "挂号费", ""},     {"14", "其他费", ""}};
    ADD_ALL(w, list);
}

static void mdtrt_cert_types(struct words *w)
{
    static const struct dictionary_word list[] = {{"01", "医保电子凭证", ""},
                                                  {"02", "居民身份证", ""},
                                                  {"03", "社会保障卡", ""},
                                                  {"99", "人工录入", ""}};
    ADD_ALL(w, list);
}

static void psn_cert_types(struct words *w)
{
    static const struct dictionary_word list[] = {{"01", "居民身份证", ""},
                                                  {"02", "军官证", ""},
                                                  {"03", "护照", ""},
                                                  {"04", "港澳居民来往内地通行证", ""},
                                                  {"05", "台湾居民来往大陆通行证", ""},
                                                  {"06", "外国人永久居留证", ""},
                                                  {"17", "港澳台居民居住证", ""},
                                                  {"90", "社会保障卡", ""},
                                                  {"99", "其他", ""}};
    ADD_ALL(w, list);
}

static const struct {
    const char *type;
    void (*fill)(struct words *w);
} dictionaries[] = {{"insutype", insutypes},
                    {"psn_type", psn_types},
                    {"psn_idet_type", psn_idet_types},
                    {"med_type", med_types},
                    {"chrgitm_lv", chrgitm_lvs},
                    {"med_chrgitm_type", med_chrgitm_types},
                    {"mdtrt_cert_type", mdtrt_cert_types},
                    {"psn_cert_type", psn_cert_types}};

static enum err refuse_type(struct turn *turn)
{
    char list[TEXT_ERROR_MAX];
    size_t size = 0;
    for (size_t i = 0; i < ARRAY_LEN(dictionaries); i++)
        size += (size_t)snprintf(list + size, sizeof list - size, "%s%s", size ? ", " : "",
                                 dictionaries[i].type);
    problem_add(turn->problems, REASON_FIELD_INVALID, "type", NULL, list);
    return turn_refuse(turn);
}

enum err lookup_dictionary(struct turn *turn)
{
    const struct counter_query *q = &turn->request->query;
    const int32_t date = q->date_given ? q->date : turn->today;
    char day[DATE_TEXT];
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    const struct policy *policy = pack_policy(turn->pack, date);
    struct words *words = arena_alloc(turn->arena, sizeof *words);
    struct dictionary *d = arena_alloc(turn->arena, sizeof *d);
    size_t at = 0;
    if (!words || !d)
        return ERR_NOMEM;
    if (!policy) {
        problem_add(turn->problems, REASON_UNCOVERED_DATE, "date", NULL, date_format(date, day));
        return turn_refuse(turn);
    }
    while (at < ARRAY_LEN(dictionaries) && strcasecmp(dictionaries[at].type, q->type) != 0)
        at++;
    if (at == ARRAY_LEN(dictionaries))
        return refuse_type(turn);
    words->policy = policy;
    words->arena = turn->arena;
    dictionaries[at].fill(words);
    *d = (struct dictionary){.type = dictionaries[at].type,
                             .begndate = policy->begndate,
                             .enddate = policy->enddate,
                             .count = words->count,
                             .list = words->list};
    turn->reply->told.dictionary = d;
    enum err err = turn_policy_text(turn, &turn->reply->policy_digest);
    return err == ERR_OK ? turn_answer(turn) : err;
}
