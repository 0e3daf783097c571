/* Benefit tables as one HTML page, well-formed as XML too, to be read and printed. */
#include "base/date.h"
#include "markup.h"
#include "table.h"

static const char style[] =
    "body{font:15px/1.5 " MARKUP_FONTS ";max-width:60em;"
    "margin:2em auto;padding:0 1em;color:#222}\n"
    "h2{border-bottom:2px solid #356;margin-top:2em}\n"
    "table{border-collapse:collapse;margin:.5em 0;width:100%}\n"
    "caption{text-align:left;font-weight:bold;padding:.3em 0}\n"
    "caption small{font-weight:normal;color:#666}\n"
    "th,td{border:1px solid #9ab;padding:.25em .6em;text-align:left;vertical-align:top}\n"
    "th{background:#eef3f6}\n"
    "h3{font-size:1em;margin:1em 0 .3em}h3 small{font-weight:normal;color:#666}\n"
    "th.basis{white-space:nowrap}td.basis{font-size:85%;white-space:nowrap}\n"
    "ul.notes{margin:.3em 0 1.2em;padding-left:1.2em}\n"
    "dl.basis dt{font-weight:bold;float:left;clear:left;min-width:9em}\n"
    "dl.basis dd{margin-left:9em}\n"
    "a{color:#245;text-decoration:none}\n"
    "@media print{body{max-width:none;margin:0}h2{break-after:avoid}tr{break-inside:avoid}}\n";

static void text(const char *t)
{
    markup_text(stdout, t);
}

static void html_head(const struct table *table)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    char from[DATE_TEXT], to[DATE_TEXT];
    printf("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"%s\">\n<head>\n"
           "<meta charset=\"utf-8\"/>\n<title>",
           in_words(lang, "zh-CN", "en"));
    text(policy->name);
    printf("</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
    text(policy->name);
    fputs("</h1>\n<p>", stdout);
    say(stdout, lang, "自 %s 至 %s", "From %s to %s", date_format(policy->begndate, from),
        policy->enddate == DATE_MAX ? in_words(lang, "另行通知", "further notice")
                                    : date_format(policy->enddate, to));
    puts("</p>");
}

static void html_group(const struct table *table, uint8_t insutype, uint8_t kind)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    fputs("<h2>", stdout);
    text(insutype_name(lang, policy, insutype));
    fputs(" · ", stdout);
    text(kind_name(lang, policy, kind));
    puts("</h2>");
}

static void put_mark(const struct policy *policy, uint16_t clause)
{
    const char *mark = grid_mark(policy, clause);
    if (mark[0])
        printf("<sup>%s</sup>", mark);
}

static void put_basis(const struct policy *policy, uint16_t clause)
{
    const char *id = policy_clause(policy, clause)->id;
    printf("<a href=\"#%s\">%s</a>", id, id);
}

static void put_row(const struct policy *policy, const struct grid *grid,
                    const struct grid_row *row)
{
    fputs("<tr><th>", stdout);
    text(row->label);
    fputs("</th>", stdout);
    for (uint8_t i = 0; i < grid->column_count; i++) {
        fputs("<td>", stdout);
        text(row->cells[i].text[0] ? row->cells[i].text : "–");
        put_mark(policy, row->cells[i].clause);
        fputs("</td>", stdout);
    }
    fputs("<td class=\"basis\">", stdout);
    for (uint8_t i = 0; i < grid->column_count; i++) {
        uint16_t clause = row->cells[i].clause;
        bool told = clause == 0;
        for (uint8_t j = 0; j < i; j++)
            told |= row->cells[j].clause == clause;
        if (told)
            continue;
        put_basis(policy, clause);
        putchar(' ');
    }
    puts("</td></tr>");
}

static void put_caption(const struct table *table, const struct grid *grid)
{
    text(grid->section->title);
    fputs(" <small>", stdout);
    text(table_fund(table->statements, grid->section));
    fputs("</small>", stdout);
}

static void put_rows(const struct table *table, const struct grid *grid)
{
    enum lang lang = table->statements->lang;
    fputs("<table>\n<caption>", stdout);
    put_caption(table, grid);
    printf("</caption>\n<tr><th>%s</th>", in_words(lang, "级别", "grade"));
    for (uint8_t i = 0; i < grid->column_count; i++) {
        fputs("<th>", stdout);
        text(grid->columns[i]);
        fputs("</th>", stdout);
    }
    printf("<th class=\"basis\">%s</th></tr>\n", in_words(lang, "依据", "basis"));
    for (uint16_t i = 0; i < grid->row_count; i++)
        put_row(table->statements->policy, grid, &grid->rows[i]);
    puts("</table>");
}

static void put_note(const struct table *table, const char *about, const char *said,
                     uint16_t clause)
{
    const struct policy *policy = table->statements->policy;
    fputs("<li>", stdout);
    text(about);
    fputs(in_words(table->statements->lang, "：", ": "), stdout);
    text(said);
    put_mark(policy, clause);
    if (clause) {
        putchar(' ');
        put_basis(policy, clause);
    }
    puts("</li>");
}

static void html_grid(const struct table *table, const struct grid *grid)
{
    if (grid->row_count) {
        put_rows(table, grid);
    } else {
        fputs("<h3>", stdout);
        put_caption(table, grid);
        puts("</h3>");
    }
    if (grid->note_count)
        puts("<ul class=\"notes\">");
    for (uint16_t i = 0; i < grid->note_count; i++)
        put_note(table, grid->notes[i].about, grid->notes[i].text, grid->notes[i].clause);
    if (grid->note_count)
        puts("</ul>");
}

static void html_statements(const struct table *table, const char *title,
                            const struct statement *const list[], uint32_t count)
{
    if (!count)
        return;
    fputs("<h2>", stdout);
    text(title);
    puts("</h2>\n<ul>");
    for (uint32_t i = 0; i < count; i++)
        put_note(table, list[i]->about, list[i]->text, list[i]->clause);
    puts("</ul>");
}

static void html_clauses(const struct table *table)
{
    const struct policy *policy = table->statements->policy;
    enum lang lang = table->statements->lang;
    printf("<h2>%s</h2>\n<p>%s</p>\n<dl class=\"basis\">\n", in_words(lang, "依据", "basis"),
           in_words(lang, "无标记：官方；†：二手资料,未核实；‡：示例数据",
                    "no mark: official; †: secondary, unverified; ‡: illustrative"));
    for (uint16_t i = 1; i < policy->clause_count; i++) {
        const struct policy_clause *clause = policy_clause(policy, i);
        if (!table->used[i])
            continue;
        printf("<dt id=\"%s\">%s%s</dt><dd>", clause->id, clause->id, grid_mark(policy, i));
        text(clause->text);
        puts("</dd>");
    }
    puts("</dl>");
}

static void html_foot(const struct table *table)
{
    (void)table;
    puts("</body>\n</html>");
}

const struct table_form table_html = {html_head,       html_group,   html_grid,
                                      html_statements, html_clauses, html_foot};
