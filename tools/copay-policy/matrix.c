/* matrix: one input of a bill swept, fund against patient as a table and a picture, and where the
 * patient's share jumps. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "commands.h"
#include "explain.h"
#include "hint.h"
#include "misuse.h"
#include "plot.h"
#include "review/thresholds.h"
#include "scenario_option.h"

#define ROWS_MAX 5000
/* Between two points of a sweep over totals jumps are looked for at so many places at least. */
#define BETWEEN 20

struct series {
    uint32_t count;
    struct sweep_point points[ROWS_MAX + 2 * JUMPS_MAX];
};

struct matrix {
    enum lang lang;
    struct scenario_options options;
    enum scenario_number number;
    const char *from, *to, *step, *svg;
    int64_t first, last, by;
    const struct loaded *loaded;
    struct scenario scenario; /* a sweep over totals changes the lines alone */
    bool open;
};

/* Another case for each point, but for totals, where only the lines differ. */
static bool reopen(struct matrix *m, int64_t at)
{
    m->options.numbers[m->number] = at;
    if (m->open && m->number == NUMBER_TOTAL) {
        scenario_set_total(&m->scenario, &m->options, at);
        return true;
    }
    if (m->open)
        scenario_close(&m->scenario);
    m->open = true;
    return scenario_open(&m->options, m->loaded, &m->scenario) == 0;
}

static bool settle(void *context, int64_t at, struct sweep_point *point)
{
    struct matrix *m = context;
    *point = (struct sweep_point){.at = at};
    if (!reopen(m, at))
        return false;
    enum err err = scenario_settle(&m->scenario);
    if (err != ERR_OK)
        return false;
    sweep_read(m->loaded->policy, m->scenario.trial.result, point);
    return true;
}

/* The points of the table. */
static bool sweep(struct matrix *m, struct series *series)
{
    for (int64_t at = m->first; at <= m->last; at += m->by)
        if (!settle(m, at, &series->points[series->count++]))
            return false;
    return true;
}

/* Between them, of totals: where rules change, and at so many places more. */
static bool find_jumps(struct matrix *m, struct jumps *jumps)
{
    static struct thresholds thresholds;
    static struct points points;
    struct sweep_point before = {0}, after;
    int64_t stride = m->by / BETWEEN ? m->by / BETWEEN : 1;
    thresholds_of(m->loaded->policy, NULL, &thresholds);
    thresholds_reach(&thresholds, settle, m, m->last, &points);
    while ((m->last - m->first) / stride > POINTS_MAX / 2)
        stride *= 2;
    for (int64_t at = m->first; at <= m->last; at += stride)
        points_add(&points, at);
    points_add(&points, m->last);
    points_sort(&points);
    for (uint32_t i = 0; i < points.count; i++) {
        if (points.list[i] < m->first || points.list[i] > m->last)
            continue;
        if (!settle(m, points.list[i], &after))
            return false;
        if (before.at > 0)
            sweep_between(settle, m, &before, &after, jumps);
        before = after;
    }
    return true;
}

/* As quote does, of the last row that was settled. */
static bool print_hint(struct matrix *m, const struct series *series)
{
    struct sweep_point point;
    uint32_t at = series->count;
    while (at > 0 && series->points[at - 1].refused)
        at--;
    if (at == 0)
        return true;
    if (!settle(m, series->points[at - 1].at, &point))
        return false;
    hint_scope(stdout, m->lang, &m->options, &m->scenario);
    return true;
}

static int compare_points(const void *a, const void *b)
{
    const struct sweep_point *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* The picture shows both sides of each jump. */
static void add_jumps(struct series *series, const struct jumps *jumps)
{
    for (uint32_t i = 0; i < jumps->count; i++) {
        series->points[series->count++] = jumps->list[i].before;
        series->points[series->count++] = jumps->list[i].after;
    }
    qsort(series->points, series->count, sizeof *series->points, compare_points);
}

static void print_points(const struct matrix *m, const struct series *series)
{
    say(stdout, m->lang, "%s\t医疗费\t基金\t医院\t个人\t个人占比%%\n",
        "%s\tfee\tfunds\thospital\tpatient\tpatient %%\n",
        scenario_number_name(m->lang, m->number));
    for (uint32_t i = 0; i < series->count; i++) {
        const struct sweep_point *p = &series->points[i];
        fputs(scenario_number_format(m->number, p->at, (char[MONEY_TEXT]){0}), stdout);
        if (p->refused) {
            printf("\t%s\n", in_words(m->lang, "拒绝", "refused"));
            continue;
        }
        int64_t share = p->total > 0 ? money_round((__int128)p->patient * RATIO_ONE, p->total) : 0;
        printf("\t%s\t%s\t%s\t%s\t%s\n", YUAN(p->total), YUAN(p->fund), YUAN(p->hospital),
               YUAN(p->patient), PERCENT(share));
    }
}

static void print_jumps(const struct matrix *m, const struct jumps *jumps)
{
    if (m->number != NUMBER_TOTAL)
        return;
    for (uint32_t i = 0; i < jumps->count; i++) {
        sweep_print(stdout, m->lang, m->loaded->policy, &jumps->list[i]);
        putchar('\n');
    }
    say(stdout, m->lang, "断崖和倒挂 %u 处\n", "%u cliffs and reversals\n",
        jumps->count + jumps->more);
}

/* Whose the last bill is; a refused one has no insurance. */
static void put_title(FILE *out, const struct matrix *m)
{
    const struct case_claim *claim = &m->scenario.policy_case.claims[0];
    const struct result *result = m->scenario.trial.result;
    if (result->problems.count > 0)
        return;
    explain_whose(out, m->lang, claim, m->loaded->policy, result);
}

static unsigned write_svg(const struct matrix *m, const struct series *series,
                          const struct jumps *jumps)
{
    char title[300];
    FILE *text = fmemopen(title, sizeof title, "w");
    CHECK(text);
    put_title(text, m);
    fclose(text);
    const struct plot plot = {.lang = m->lang,
                              .policy = m->loaded->policy,
                              .number = m->number,
                              .title = title,
                              .count = series->count,
                              .points = series->points,
                              .jumps = jumps};
    FILE *out = fopen(m->svg, "w");
    if (out)
        plot_write(out, &plot);
    if (out && fclose(out) == 0)
        return 0;
    printf("%s: 无法写入 / cannot be written: %s\n", m->svg, strerror(errno));
    return 1;
}

static unsigned run(struct matrix *m)
{
    static struct series series;
    static struct jumps jumps;
    if (!sweep(m, &series) || (m->number == NUMBER_TOTAL && !find_jumps(m, &jumps)))
        return 1;
    print_points(m, &series);
    print_jumps(m, &jumps);
    if (!print_hint(m, &series))
        return 1;
    add_jumps(&series, &jumps);
    return m->svg ? write_svg(m, &series, &jumps) : 0;
}

/* From, to and step as the swept number is written; a step of the hundredth part when absent. */
static bool read_range(struct matrix *m)
{
    static const struct {
        const char *to, *step;
    } absent[SCENARIO_NUMBERS] = {
        [NUMBER_TOTAL] = {"100000", "1000"}, [NUMBER_CLASS_B] = {"1", "0.05"},
        [NUMBER_CLASS_C] = {"1", "0.05"},    [NUMBER_SELFPAY] = {"1", "0.05"},
        [NUMBER_AGE] = {"100", "1"},         [NUMBER_STAYS] = {"10", "1"},
        [NUMBER_DAYS] = {"120", "5"},
    };
    const char *to = m->to ? m->to : absent[m->number].to;
    const char *step = m->step ? m->step : absent[m->number].step;
    char first[MONEY_TEXT];
    if (!scenario_number_read("--to", m->number, to, &m->last) ||
        !scenario_number_read("--step", m->number, step, &m->by))
        return false;
    if (m->by == 0)
        return misuse_value("--step", step, "大于零的步长", "a step above 0");
    m->first = m->number == NUMBER_TOTAL ? m->by : 0;
    if (m->from && !scenario_number_read("--from", m->number, m->from, &m->first))
        return false;
    if (m->last <= m->first)
        return misuse("--to", "终点 %s 应大于起点 %s",
                      "%s is the last, expected more than the first, %s", to,
                      scenario_number_format(m->number, m->first, first));
    const int64_t rows = (m->last - m->first) / m->by + 1;
    return rows <= ROWS_MAX ||
           misuse("--step", "共 %lld 行，至多 %d 行", "makes %lld rows, expected %d at most",
                  (long long)rows, ROWS_MAX);
}

static bool read_options(struct matrix *m, int argc, char *argv[])
{
    struct option options[SCENARIO_OPTIONS + 7] = {
        {"lang", required_argument, NULL, 'l'}, {"sweep", required_argument, NULL, 'w'},
        {"from", required_argument, NULL, 'f'}, {"to", required_argument, NULL, 't'},
        {"step", required_argument, NULL, 's'}, {"svg", required_argument, NULL, 'v'}};
    int option, number = NUMBER_TOTAL;
    for (int i = 0; i <= SCENARIO_OPTIONS; i++)
        options[6 + i] = scenario_long_options[i];
    scenario_defaults(&m->options);
    m->options.numbers[NUMBER_TOTAL] = INT64_C(3000000);
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (option == '?' || option == ':')
            return misuse_option(argv, option);
        if (option >= SCENARIO_OPTION && !scenario_option(&m->options, option, optarg))
            return false;
        if (option == 'l' && !lang_parse(optarg, &m->lang))
            return misuse_value("--lang", optarg, "zh 或 en", "zh or en");
        if (option == 'w' && (number = scenario_number_find(optarg)) < 0)
            return scenario_number_unknown("--sweep", optarg);
        m->from = option == 'f' ? optarg : m->from;
        m->to = option == 't' ? optarg : m->to;
        m->step = option == 's' ? optarg : m->step;
        m->svg = option == 'v' ? optarg : m->svg;
    }
    m->number = (enum scenario_number)number;
    if (m->number == NUMBER_TOTAL && scenario_has_lines(&m->options))
        return misuse("--sweep", "明细已由 --claim lines 写明，总额不能变动",
                      "--claim lines says the lines, so the total cannot be swept");
    return read_range(m) && (argc - optind == 1 || misuse_packs(argc - optind));
}

int command_matrix(int argc, char *argv[])
{
    static struct matrix m;
    static struct loaded loaded;
    if (!read_options(&m, argc, argv))
        return STATUS_MISUSE;
    unsigned faults = load_version(argv[optind], &loaded);
    m.loaded = &loaded;
    if (!faults)
        faults = run(&m);
    if (m.open)
        scenario_close(&m.scenario);
    unload(&loaded);
    return status_of(faults);
}
