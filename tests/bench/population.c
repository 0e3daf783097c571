/* See population.h. One thread. */
#include "population.h"

#include <inttypes.h>

#include "base/file.h"

#define TABLE_LINE_MAX 4096

static const char *const numbers[BILL_LINES] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};

static char **first_column(const char *dir, const char *file, uint32_t *count)
{
    char path[1024], line[TABLE_LINE_MAX];
    uint32_t capacity = 1024;
    char **list = malloc(capacity * sizeof *list);
    snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *in = fopen(path, "r");
    bench_need(in && list, path);
    *count = 0;
    bench_need(fgets(line, sizeof line, in) != NULL, path); /* the header */
    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, ",\n")] = '\0';
        /* Rows of one code follow each other in time. */
        if (line[0] == '\0' || (*count && strcmp(list[*count - 1], line) == 0))
            continue;
        if (*count == capacity)
            list = realloc(list, (capacity *= 2) * sizeof *list);
        bench_need(list && (list[*count] = strdup(line)), "strdup");
        (*count)++;
    }
    fclose(in);
    return list;
}

void population_open(struct population *p, const char *dir, bool skewed)
{
    static struct faults faults;
    uint8_t *bundle;
    size_t size;
    *p = (struct population){.skewed = skewed};
    enum err err = pack_bundle(dir, &bundle, &size, &faults);
    if (err == ERR_OK) {
        err = pack_compile((struct slice){.data = bundle, .size = size}, &p->pack, &faults);
        free(bundle);
    }
    if (err != ERR_OK)
        faults_report(&faults, stderr);
    bench_must(err, "compiling the region");
    bench_must(date_parse_time("2026-03-10 09:00:00", &p->now_ms), "the date");
    p->policy = pack_policy(p->pack, date_of_time(p->now_ms));
    p->catalogue = pack_catalogue(p->pack);
    CHECK(p->policy && p->catalogue);
    p->codes = first_column(dir, "catalogue.csv", &p->code_count);
    p->institutions = first_column(dir, "institutions.csv", &p->institution_count);
    p->home = pack_institution(p->pack, p->institutions[0])->admdvs;
}

static void free_column(char **list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

void population_close(struct population *p)
{
    free_column(p->codes, p->code_count);
    free_column(p->institutions, p->institution_count);
    pack_free(p->pack);
}

static void add_history(const struct population *p, struct bench_random *random,
                        struct patient *patient)
{
    static const struct {
        enum accum_kind kind;
        const char *scope;
        uint32_t below;
    } kinds[] = {
        {ACCUM_STAYS, "level2", 2},        {ACCUM_VISITS, "outpatient", 30},
        {ACCUM_PAID, "inpatient", 900000}, {ACCUM_PAID, "outpatient", 20000},
        {ACCUM_DEDC, "inpatient", 80000},  {ACCUM_BASE, "critical", 900000},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct accum accum = {.year = (uint16_t)date_year(date_of_time(p->now_ms)),
                              .insutype = patient->person.insurances[0].insutype,
                              .kind = (uint8_t)kinds[i].kind,
                              .value = 1 + (int64_t)bench_below(random, kinds[i].below)};
        snprintf(accum.scope, sizeof accum.scope, "%s", kinds[i].scope);
        bench_must(accum_add(&patient->accums, &accum), "history");
    }
}

void population_patient(const struct population *p, uint32_t number, struct patient *patient)
{
    struct bench_random random = {UINT64_C(0x70617469) << 32 | number};
    int32_t today = date_of_time(p->now_ms);
    uint32_t age = (uint32_t)bench_below(&random, 90);
    bool employee = age >= 20 && bench_below(&random, 100) < 40;
    *patient = (struct patient){0};
    struct person *person = &patient->person;
    snprintf(person->psn_no, sizeof person->psn_no, "431000990%011" PRIu32, number);
    snprintf(person->psn_cert_type, sizeof person->psn_cert_type, "01");
    snprintf(person->certno, sizeof person->certno, "431002%012" PRIu32, number);
    snprintf(person->psn_name, sizeof person->psn_name, "示范%" PRIu32, number);
    person->gend = (uint8_t)(1 + bench_below(&random, 2));
    person->brdy = today - (int32_t)(age * 365 + bench_below(&random, 360));
    person->death_date = DATE_NONE;
    person->insurance_count = 1;
    person->insurances[0] = (struct insurance){.insutype = employee ? 310 : 390,
                                               .psn_insu_stas = 1,
                                               .psn_insu_date = date_of(2020, 1, 1),
                                               .pool_begndate = date_of(2020, 1, 1),
                                               .paus_insu_date = DATE_NONE,
                                               .expi_date = DATE_MAX};
    snprintf(person->insurances[0].psn_type, 7, "%s",
             !employee   ? "1501"
             : age >= 60 ? "1201"
                         : "1101");
    snprintf(person->insurances[0].insuplc_admdvs, ID_ADMDVS + 1, "%s", p->home);
    if (bench_below(&random, 100) < 5) {
        person->identity_count = 1;
        person->identities[0] =
            (struct identity){.begntime = date_of(2023, 1, 1), .endtime = DATE_MAX};
        snprintf(person->identities[0].psn_idet_type, 4, "1");
        snprintf(person->identities[0].admdvs, ID_ADMDVS + 1, "%s", p->home);
    }
    patient->balance = employee ? (int64_t)bench_below(&random, 500000) : 0;
    add_history(p, &random, patient);
}

static const char *draw_code(const struct population *p, struct bench_random *random)
{
    uint64_t share = bench_below(random, UINT64_C(1) << 20);
    if (p->skewed)
        share = share * share / (UINT64_C(1) << 20) * share / (UINT64_C(1) << 20);
    return p->codes[share * p->code_count >> 20];
}

static void draw_lines(const struct population *p, struct bench_random *random, struct bill *bill)
{
    struct claim *claim = &bill->request.claim;
    for (int i = 0; i < BILL_LINES; i++) {
        int64_t price_fen = 100 + (int64_t)bench_below(random, 8000);
        int64_t count = 1 + (int64_t)bench_below(random, 5);
        snprintf(bill->codes[i], sizeof bill->codes[i], "%s", draw_code(p, random));
        bill->lines[i] = (struct claim_line){
            .feedetl_sn = numbers[i],
            .init_feedetl_sn = "",
            .med_list_codg = bill->codes[i],
            .medins_list_codg = "",
            .medins_list_name = "",
            .rxno = "",
            .unit = "",
            .pric = price_fen * 10000,
            .cnt = count * 10000,
            .det_item_fee_sumamt = price_fen * count,
            .fee_ocur_time = p->now_ms,
        };
        claim->medfee_sumamt += price_fen * count;
    }
    claim->line_count = BILL_LINES;
    claim->lines = bill->lines;
}

/* A med_type that the institution provides: half of the hospitals' bills are plain outpatient. */
static const struct policy_med_type *draw_med_type(const struct population *p,
                                                   struct bench_random *random,
                                                   const struct institution *institution)
{
    for (;;) {
        const struct policy_med_type *type =
            bench_below(random, 2)
                ? policy_med_type(p->policy, "11")
                : &p->policy->med_types[bench_below(random, p->policy->med_type_count)];
        if (type && !type->trauma && (institution->kinds >> type->kind & 1))
            return type;
        if (institution->fixmedins_type == 2)
            return policy_med_type(p->policy, "41");
    }
}

void population_bill(const struct population *p, uint32_t number, const struct patient *patient,
                     struct bill *bill)
{
    struct bench_random random = {UINT64_C(0x62696c6c) << 32 | number};
    uint32_t place = (uint32_t)bench_below(&random, p->institution_count);
    const char *code = p->institutions[place];
    *bill = (struct bill){.institution = pack_institution(p->pack, code)};
    const struct policy_med_type *type = draw_med_type(p, &random, bill->institution);
    bool pharmacy = p->policy->pharmacy_kinds >> type->kind & 1;
    bool inpatient = p->policy->inpatient_kinds >> type->kind & 1;
    char compact[DATE_TEXT];
    snprintf(bill->msgid, sizeof bill->msgid, "%.12s%.14s%04u", code,
             date_format_compact(p->now_ms, compact), number % 10000);
    snprintf(bill->visit, sizeof bill->visit, "V%u", number);
    bill->request = (struct request){
        .kind = REQUEST_SETTLE,
        .family = pharmacy    ? FAMILY_PHARMACY
                  : inpatient ? FAMILY_INPATIENT
                              : FAMILY_OUTPATIENT,
        .msgid = bill->msgid,
        .fixmedins_code = code,
        .insuplc_admdvs = p->policy->region,
        .mdtrtarea_admvs = p->policy->region,
        .opter = "99001",
        .opter_name = "",
        .dev_no = "T1",
        .inf_time = p->now_ms,
        .claim = {.psn_no = patient->person.psn_no,
                  .insutype = "",
                  .med_type = type->med_type,
                  .mdtrt_cert_type = "99",
                  .mdtrt_cert_no = "",
                  .card_sn = "",
                  .ipt_otp_no = bill->visit,
                  .chrg_bchno = "",
                  .dise_codg = "",
                  .oprn_oprt_code = "",
                  .matn_type = "",
                  .birctrl_type = "",
                  .prescriber_grade = "",
                  .invono = "",
                  .psn_setlway = "",
                  .begntime = p->now_ms,
                  .endtime = p->now_ms,
                  .acct_used_flag = true,
                  .trauma = {.cause = ""}},
    };
    snprintf(bill->request.infno, 5, "%s", pharmacy ? "2102" : inpatient ? "2304" : "2207");
    draw_lines(p, &random, bill);
}
