/* table: the benefit tables of a policy as people print them, as text or HTML. */
#include "table.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "commands.h"
#include "review/conflicts.h"
#include "review/load.h"
#include "review/words_audit.h"

/* Columns on a terminal: Chinese characters and their punctuation take two. */
static unsigned width(const char *text)
{
    unsigned columns = 0;
    for (const uint8_t *p = (const uint8_t *)text; *p; p++) {
        bool begins = (*p & 0xC0) != 0x80;
        bool wide = *p >= 0xE3 && *p <= 0xEF;
        columns += begins ? 1 + wide : 0;
    }
    return columns;
}

static void pad(unsigned used, unsigned to)
{
    printf("%*s", (int)(to > used ? to - used : 0) + 2, "");
}

static unsigned cell_width(const struct policy *policy, const struct grid_cell *cell)
{
    return width(cell->text) + width(grid_mark(policy, cell->clause));
}

/* Clause ids of a row, each once. */
static void print_basis(const struct policy *policy, const struct grid *grid,
                        const struct grid_row *row)
{
    bool first = true;
    for (uint8_t i = 0; i < grid->column_count; i++) {
        uint16_t clause = row->cells[i].clause;
        bool told = clause == 0;
        for (uint8_t j = 0; j < i; j++)
            told |= row->cells[j].clause == clause;
        if (!told)
            printf("%s%s", first ? "" : " ", policy_clause(policy, clause)->id);
        first &= told;
    }
    putchar('\n');
}

static void print_rows(enum lang lang, const struct policy *policy, const struct grid *grid)
{
    const char *head = in_words(lang, "级别", "grade");
    unsigned label = width(head), columns[GRID_COLUMNS_MAX];
    for (uint16_t i = 0; i < grid->row_count; i++)
        label = width(grid->rows[i].label) > label ? width(grid->rows[i].label) : label;
    printf("    %s", head);
    pad(width(head), label);
    for (uint8_t i = 0; i < grid->column_count; i++) {
        columns[i] = width(grid->columns[i]);
        for (uint16_t j = 0; j < grid->row_count; j++) {
            unsigned cell = cell_width(policy, &grid->rows[j].cells[i]);
            columns[i] = cell > columns[i] ? cell : columns[i];
        }
        fputs(grid->columns[i], stdout);
        pad(width(grid->columns[i]), columns[i]);
    }
    puts(in_words(lang, "依据", "basis"));
    for (uint16_t i = 0; i < grid->row_count; i++) {
        const struct grid_row *row = &grid->rows[i];
        printf("    %s", row->label);
        pad(width(row->label), label);
        for (uint8_t j = 0; j < grid->column_count; j++) {
            printf("%s%s", row->cells[j].text[0] ? row->cells[j].text : "-",
                   grid_mark(policy, row->cells[j].clause));
            pad(row->cells[j].text[0] ? cell_width(policy, &row->cells[j]) : 1, columns[j]);
        }
        print_basis(policy, grid, row);
    }
}

static void print_note(const struct table *table, const char *indent, const char *about,
                       const char *text, uint16_t clause)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    printf("%s%s%s%s%s", indent, about, in_words(lang, "：", ": "), text,
           grid_mark(policy, clause));
    if (clause)
        say(stdout, lang, "〔%s〕", " [%s]", policy_clause(policy, clause)->id);
    putchar('\n');
}

static void print_grid(const struct table *table, const struct grid *grid)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    printf("\n  %s", grid->section->title);
    say(stdout, lang, "（%s）\n", " (%s)\n", table_fund(table->statements, grid->section));
    if (grid->row_count)
        print_rows(lang, policy, grid);
    for (uint16_t i = 0; i < grid->note_count; i++)
        print_note(table, "    ", grid->notes[i].about, grid->notes[i].text, grid->notes[i].clause);
}

static void text_head(const struct table *table)
{
    const struct policy *policy = table->statements->policy;
    char from[DATE_TEXT], to[DATE_TEXT];
    say(stdout, table->statements->lang, "%s（%s 至 %s）\n", "%s (%s to %s)\n", policy->name,
        date_format(policy->begndate, from),
        policy->enddate == DATE_MAX
            ? in_words(table->statements->lang, "另行通知", "further notice")
            : date_format(policy->enddate, to));
}

static void text_group(const struct table *table, uint8_t insutype, uint8_t kind)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    printf("\n%s · %s\n", insutype_name(lang, policy, insutype), kind_name(lang, policy, kind));
}

static void text_statements(const struct table *table, const char *title,
                            const struct statement *const list[], uint32_t count)
{
    if (count)
        printf("\n%s\n", title);
    for (uint32_t i = 0; i < count; i++)
        print_note(table, "  ", list[i]->about, list[i]->text, list[i]->clause);
}

static void text_clauses(const struct table *table)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    printf("\n%s\n", in_words(lang, "依据（无标记：官方；†：二手资料,未核实；‡：示例数据）",
                              "basis (no mark: official; †: secondary, unverified; ‡: "
                              "illustrative)"));
    for (uint16_t i = 1; i < policy->clause_count; i++)
        if (table->used[i])
            printf("  %s%s  %s\n", policy_clause(policy, i)->id, grid_mark(policy, i),
                   policy_clause(policy, i)->text);
}

static const struct table_form text_form = {text_head,       text_group,   print_grid,
                                            text_statements, text_clauses, NULL};

const char *table_fund(const struct statements *s, const struct section *section)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (strcmp(s->list[section->first + i].topic, "fund") == 0)
            return s->list[section->first + i].text;
    return "";
}

static void use(struct table *table, const struct grid *grid)
{
    for (uint16_t i = 0; i < grid->row_count; i++)
        for (uint8_t j = 0; j < grid->column_count; j++)
            table->used[grid->rows[i].cells[j].clause] = true;
    for (uint16_t i = 0; i < grid->note_count; i++)
        table->used[grid->notes[i].clause] = true;
}

static void draw_group(struct table *table, const struct table_form *form, uint8_t insutype,
                       uint8_t kind)
{
    static struct grid grid;
    struct statements *s = table->statements;
    uint32_t layers = s->policy->layers_of[insutype][kind];
    if (layers == 0)
        return;
    form->group(table, insutype, kind);
    for (uint32_t i = 0; i < s->section_count; i++) {
        const struct section *section = &s->sections[i];
        if (!section->layer || !(layers >> (section->layer - s->policy->layers) & 1))
            continue;
        grid_of(s, section, insutype, &grid);
        use(table, &grid);
        form->grid(table, &grid);
    }
}

/* The policy's own statements of these topics. */
static void draw_topics(struct table *table, const struct table_form *form, const char *title,
                        const char *const topics[])
{
    const struct statements *s = table->statements;
    const struct statement *list[512];
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->sections[0].count && count < ARRAY_LEN(list); i++)
        for (size_t t = 0; topics[t]; t++)
            if (strcmp(s->list[i].topic, topics[t]) == 0) {
                list[count++] = &s->list[i];
                table->used[s->list[i].clause] = true;
            }
    form->statements(table, title, list, count);
}

/* What stands on no bill has no layer: an allowance. */
static void draw_allowances(struct table *table, const struct table_form *form)
{
    const struct statements *s = table->statements;
    for (uint32_t i = 1; i < s->section_count; i++) {
        const struct section *section = &s->sections[i];
        const struct statement *list[8 + ALLOWANCE_ROWS_MAX];
        CHECK(section->layer || section->count <= ARRAY_LEN(list));
        for (uint32_t j = 0; !section->layer && j < section->count; j++) {
            list[j] = &s->list[section->first + j];
            table->used[list[j]->clause] = true;
        }
        if (!section->layer)
            form->statements(table, section->title, list, section->count);
    }
}

/* Those of the version's days. */
static void draw_conflicts(struct table *table, const struct table_form *form,
                           const struct conflicts *conflicts)
{
    static struct statement told[CONFLICTS_MAX];
    static char about[CONFLICTS_MAX][512], text[CONFLICTS_MAX][512];
    const struct statement *list[CONFLICTS_MAX];
    const struct policy *policy = table->statements->policy;
    const enum lang lang = table->statements->lang;
    uint32_t count = 0;
    for (uint32_t i = 0; i < conflicts->count; i++) {
        const struct conflict *c = &conflicts->list[i];
        if (c->enddate < policy->begndate || c->begndate > policy->enddate)
            continue;
        snprintf(about[count], sizeof about[count], "%s %s", c->med_list_codg, c->name);
        FILE *out = fmemopen(text[count], sizeof text[count], "w");
        CHECK(out);
        conflict_say(out, lang, c);
        fclose(out);
        told[count] = (struct statement){.about = about[count], .text = text[count]};
        list[count] = &told[count];
        count++;
    }
    form->statements(table,
                     in_words(lang, "县、市目录冲突，待定夺",
                              "conflicts between county and city catalogues, to be decided"),
                     list, count);
}

/* Their clauses stand with them: they are not the policy's. */
static void draw_audit(struct table *table, const struct table_form *form, const struct pack *pack)
{
    static struct statement told[AUDIT_RULES_MAX];
    const struct statement *list[AUDIT_RULES_MAX];
    const struct audit_rules *rules = pack_audit(pack);
    const enum lang lang = table->statements->lang;
    for (uint16_t i = 0; rules && i < rules->rule_count; i++) {
        const struct audit_rule *rule = &rules->rules[i];
        told[i] = (struct statement){.about = in_words(lang, rule->rule_name, rule->rule_id),
                                     .text = audit_rule_words(lang, pack, rule)};
        list[i] = &told[i];
    }
    form->statements(table, in_words(lang, "智能审核规则", "smart-audit rules"), list,
                     rules ? rules->rule_count : 0);
    for (uint16_t i = 0; rules && i < rules->rule_count; i++)
        free((char *)told[i].text);
}

/* What holds for all of it, by what people ask together. */
static void draw_rest(struct table *table, const struct table_form *form)
{
    static const struct {
        const char *zh, *en;
        const char *topics[12];
    } parts[] = {
        {"费用与项目",
         "fees and items",
         {"class_a", "class_b", "class_c", "price_cap", "ceiling", "pay_standard", "item_dedc",
          "hosp_appr_flag", "refused_line", "hospital"}},
        {"舍入", "rounding", {"round_preselfpay", "round_segments"}},
        {"个人账户", "personal account", {"account", "family"}},
        {"等待期和新生儿", "waiting and newborns", {"waiting", "newborn"}},
        {"新旧办法衔接", "from one version to the next", {"transition"}},
        {"情形", "situations", {"situation", "filing"}},
        {"人员和身份", "people", {"insutypes", "class", "identity_code", "identities"}},
        {"医疗类别", "kinds of care", {"kind", "med_type"}},
        {"医疗机构和标签",
         "grades and tags",
         {"grades", "cap_grades", "item_tags", "institution_tags"}},
        {"以哪一天为准",
         "which day decides",
         {"rule_version", "benefit_year", "cover", "person_class", "identity", "year_begins",
          "across_years", "cover_change", "split"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        draw_topics(table, form, in_words(table->statements->lang, parts[i].zh, parts[i].en),
                    parts[i].topics);
}

static void draw(struct table *table, const struct table_form *form, const struct pack *pack,
                 const struct conflicts *conflicts)
{
    const struct policy *policy = table->statements->policy;
    form->head(table);
    for (uint8_t i = 0; i < policy->insutype_count; i++)
        for (uint8_t k = 0; k < policy->kind_count; k++)
            draw_group(table, form, i, k);
    draw_allowances(table, form);
    draw_rest(table, form);
    draw_audit(table, form, pack);
    draw_conflicts(table, form, conflicts);
    form->clauses(table);
    if (form->foot)
        form->foot(table);
}

int command_table(int argc, char *argv[])
{
    static const struct option options[] = {
        {"lang", required_argument, NULL, 'l'}, {"html", no_argument, NULL, 'h'}, {0}};
    static struct loaded loaded;
    static struct table table;
    static struct conflicts conflicts;
    const struct table_form *form = &text_form;
    enum lang lang = LANG_ZH;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'l' ? !lang_parse(optarg, &lang) : option != 'h')
            return STATUS_USAGE;
        if (option == 'h')
            form = &table_html;
    }
    if (argc - optind != 1)
        return STATUS_USAGE;
    static struct faults ignored; /* loading reported them */
    unsigned faults = load_version(argv[optind], &loaded);
    if (!faults) {
        table.statements = statements_of(loaded.policy, lang);
        conflicts_read(loaded.path, loaded.pack, &conflicts, &ignored);
        draw(&table, form, loaded.pack, &conflicts);
        statements_free(table.statements);
    }
    unload(&loaded);
    return status_of(faults);
}
