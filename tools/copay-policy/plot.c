/* The picture is written by hand; places are in tenths of a pixel, so that slopes are smooth. */
#include "plot.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/money.h"
#include "markup.h"
#include "scenario_option.h"

#define WIDTH 960
#define LEFT 90
#define RIGHT 30
#define TOP 110
#define BOTTOM 510
#define TICKS 8
#define TEXT_SIZE 13
#define LINE_HEIGHT 20
#define LABEL_ROWS 3 /* of jumps, one above the other */
#define TENTH 10

/* Whose parts are stacked, from below: the layers that pay anything, the hospital's part, the
 * patient. */
struct stack {
    uint8_t count;
    uint8_t layers[POLICY_LAYERS_MAX + 2];
};
#define STACK_HOSPITAL POLICY_LAYERS_MAX
#define STACK_PATIENT (POLICY_LAYERS_MAX + 1)

static const char *const colours[] = {"#4c78a8", "#72b7b2", "#54a24b", "#9ecae9", "#b79a20",
                                      "#439894", "#88d27a", "#8f6bb3", "#bab0ac", "#79706e"};
#define PATIENT_COLOUR "#e45756"
#define HOSPITAL_COLOUR "#d8b5a5"

struct frame {
    const struct plot *plot;
    FILE *out;
    int64_t x_from, x_to, y_to;
};

/* In tenths. */
static int64_t x_of(const struct frame *f, int64_t at)
{
    int64_t span = f->x_to > f->x_from ? f->x_to - f->x_from : 1;
    return LEFT * TENTH +
           (int64_t)((__int128)(at - f->x_from) * (WIDTH - LEFT - RIGHT) * TENTH / span);
}

static int64_t y_of(const struct frame *f, int64_t fen)
{
    return BOTTOM * TENTH -
           (int64_t)((__int128)fen * (BOTTOM - TOP) * TENTH / (f->y_to ? f->y_to : 1));
}

static void put_point(const struct frame *f, int64_t x, int64_t y)
{
    fprintf(f->out, "%s,%s ", money_format(x, 1, 1, (char[MONEY_TEXT]){0}),
            money_format(y, 1, 1, (char[MONEY_TEXT]){0}));
}

/* In pixels, near enough to keep texts apart: Chinese characters are as wide as they are high. */
static int64_t text_width(const char *text)
{
    int64_t width = 0;
    for (const uint8_t *p = (const uint8_t *)text; *p; p++)
        if ((*p & 0xC0) != 0x80)
            width += *p >= 0xE2 ? TEXT_SIZE : TEXT_SIZE * 5 / 8;
    return width;
}

/* 1, 2 or 5 times a power of ten, so that at most TICKS fit. */
static int64_t tick(int64_t span)
{
    int64_t step = 1;
    for (int i = 0; span / step > TICKS; i++)
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
}

static int64_t part(const struct sweep_point *point, uint8_t which)
{
    return point->refused            ? 0
           : which == STACK_PATIENT  ? point->patient
           : which == STACK_HOSPITAL ? point->hospital
                                     : point->paid[which];
}

static void find_stack(const struct plot *plot, struct stack *stack)
{
    stack->count = 0;
    for (uint8_t which = 0; which <= STACK_PATIENT; which++) {
        bool paid = which == STACK_PATIENT;
        bool hospital =
            which < POLICY_LAYERS_MAX && plot->policy->layers[which].owner_kind == OWNER_HOSPITAL;
        for (uint32_t i = 0; i < plot->count; i++)
            paid |= part(&plot->points[i], which) != 0;
        if (paid && !hospital)
            stack->layers[stack->count++] = which;
    }
}

static const char *colour_of(uint8_t which)
{
    if (which == STACK_PATIENT)
        return PATIENT_COLOUR;
    return which == STACK_HOSPITAL ? HOSPITAL_COLOUR : colours[which % ARRAY_LEN(colours)];
}

static const char *stack_name(const struct plot *plot, uint8_t which)
{
    if (which == STACK_PATIENT)
        return in_words(plot->lang, "个人负担", "patient");
    if (which == STACK_HOSPITAL)
        return in_words(plot->lang, "医院负担", "hospital");
    const struct layer *layer = &plot->policy->layers[which];
    return in_words(plot->lang, layer->name_zh, layer->id);
}

/* x and y in pixels. */
static void put_text(const struct frame *f, int64_t x, int64_t y, const char *anchor,
                     const char *text)
{
    fprintf(f->out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" text-anchor=\"%s\">", x, y, anchor);
    markup_text(f->out, text);
    fputs("</text>\n", f->out);
}

static void put_line(const struct frame *f, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
                     const char *class)
{
    fprintf(f->out,
            "<line class=\"%s\" x1=\"%" PRId64 "\" y1=\"%" PRId64 "\" x2=\"%" PRId64
            "\" y2=\"%" PRId64 "\"/>\n",
            class, x1, y1, x2, y2);
}

static void draw_axes(const struct frame *f)
{
    const struct plot *plot = f->plot;
    int64_t step = tick(f->x_to - f->x_from);
    for (int64_t at = (f->x_from + step - 1) / step * step; at <= f->x_to; at += step) {
        int64_t x = x_of(f, at) / TENTH;
        put_line(f, x, TOP, x, BOTTOM, "grid");
        put_text(f, x, BOTTOM + 18, "middle",
                 scenario_number_format(plot->number, at, (char[MONEY_TEXT]){0}));
    }
    step = tick(f->y_to);
    for (int64_t fen = 0; fen <= f->y_to; fen += step) {
        int64_t y = y_of(f, fen) / TENTH;
        put_line(f, LEFT, y, WIDTH - RIGHT, y, "grid");
        put_text(f, LEFT - 8, y + 4, "end", SHORT_YUAN(fen));
    }
    put_text(f, (LEFT + WIDTH - RIGHT) / 2, BOTTOM + 40, "middle",
             scenario_number_name(plot->lang, plot->number));
    put_text(f, LEFT - 8, TOP - 14, "end", in_words(plot->lang, "元", "yuan"));
    fputs("<g class=\"title\">\n", f->out);
    put_text(f, WIDTH / 2, 26, "middle", plot->policy->name);
    fputs("</g>\n", f->out);
    put_text(f, WIDTH / 2, 48, "middle", plot->title);
}

static int64_t below(const struct stack *stack, const struct sweep_point *point, uint8_t index)
{
    int64_t fen = 0;
    for (uint8_t i = 0; i < index; i++)
        fen += part(point, stack->layers[i]);
    return fen;
}

/* An area from its lower edge back along its upper one. */
static void draw_area(const struct frame *f, const struct stack *stack, uint8_t index)
{
    const struct plot *plot = f->plot;
    fprintf(f->out, "<polygon fill=\"%s\" points=\"", colour_of(stack->layers[index]));
    for (uint32_t i = 0; i < plot->count; i++)
        put_point(f, x_of(f, plot->points[i].at), y_of(f, below(stack, &plot->points[i], index)));
    for (uint32_t i = plot->count; i-- > 0;)
        put_point(f, x_of(f, plot->points[i].at),
                  y_of(f, below(stack, &plot->points[i], (uint8_t)(index + 1))));
    fputs("\"><title>", f->out);
    markup_text(f->out, stack_name(plot, stack->layers[index]));
    fputs("</title></polygon>\n", f->out);
}

/* What funds and patient pay, from the axis up, so that they can be read off. */
static void draw_line(const struct frame *f, bool patient)
{
    const struct plot *plot = f->plot;
    fprintf(f->out, "<polyline class=\"%s\" points=\"", patient ? "patient" : "fund");
    for (uint32_t i = 0; i < plot->count; i++)
        if (!plot->points[i].refused)
            put_point(f, x_of(f, plot->points[i].at),
                      y_of(f, patient ? plot->points[i].patient : plot->points[i].fund));
    fputs("\"/>\n", f->out);
}

/* Each above the axis where it hides no other; where there is no room its line stands alone, and
 * what is printed beside the picture says it. */
static void draw_jumps(const struct frame *f)
{
    const struct plot *plot = f->plot;
    int64_t ends[LABEL_ROWS] = {0};
    for (uint32_t i = 0; i < plot->jumps->count; i++) {
        const struct jump *jump = &plot->jumps->list[i];
        int64_t x = x_of(f, jump->after.at) / TENTH;
        char label[100];
        snprintf(label, sizeof label, "%s %s",
                 jump->kind == JUMP_REVERSAL ? in_words(plot->lang, "倒挂", "reversal")
                                             : in_words(plot->lang, "断崖", "cliff"),
                 SHORT_YUAN(jump->after.at));
        int64_t half = text_width(label) / 2, middle = x;
        middle = middle < LEFT + half ? LEFT + half : middle;
        middle = middle > WIDTH - half ? WIDTH - half : middle;
        put_line(f, x, TOP, x, BOTTOM, jump->kind == JUMP_REVERSAL ? "reversal" : "cliff");
        int row = 0;
        while (row < LABEL_ROWS && ends[row] > middle - half)
            row++;
        if (row == LABEL_ROWS)
            continue;
        put_text(f, middle, TOP - 6 - 14 * row, "middle", label);
        ends[row] = middle + half + TEXT_SIZE;
    }
}

/* The next place for an entry of the legend. */
static void next_entry(const char *text, int64_t *x, int64_t *y)
{
    int64_t width = LINE_HEIGHT + text_width(text);
    if (*x > LEFT && *x + width > WIDTH - RIGHT) {
        *x = LEFT;
        *y += LINE_HEIGHT;
    }
}

static int64_t draw_legend(const struct frame *f, const struct stack *stack)
{
    const struct plot *plot = f->plot;
    const char *fund = in_words(plot->lang, "基金支付合计", "funds together");
    const char *patient = in_words(plot->lang, "个人负担（自零起）", "patient, from zero");
    int64_t x = LEFT, y = BOTTOM + 68;
    for (uint8_t i = 0; i < stack->count; i++) {
        const char *name = stack_name(plot, stack->layers[i]);
        next_entry(name, &x, &y);
        fprintf(f->out,
                "<rect x=\"%" PRId64 "\" y=\"%" PRId64
                "\" width=\"14\" height=\"14\" fill=\"%s\" fill-opacity=\".75\"/>\n",
                x, y - 12, colour_of(stack->layers[i]));
        put_text(f, x + 20, y, "start", name);
        x += 44 + text_width(name);
    }
    y += LINE_HEIGHT;
    put_line(f, LEFT, y - 5, LEFT + 14, y - 5, "fund");
    put_text(f, LEFT + 20, y, "start", fund);
    x = LEFT + 44 + text_width(fund);
    put_line(f, x, y - 5, x + 14, y - 5, "patient");
    put_text(f, x + 20, y, "start", patient);
    return y;
}

static const char style[] = "text{font:13px " MARKUP_FONTS ";fill:#333}"
                            ".title text{font-size:17px;font-weight:bold}"
                            ".grid{stroke:#ddd;stroke-width:1}"
                            ".fund{stroke:#123c5c;stroke-width:2;fill:none}"
                            ".patient{stroke:#8c1c1c;stroke-width:2;fill:none;stroke-dasharray:6 3}"
                            ".cliff{stroke:#000;stroke-width:1;stroke-dasharray:2 3}"
                            ".reversal{stroke:#8c1c1c;stroke-width:1;stroke-dasharray:2 3}"
                            "polygon{fill-opacity:.75}";

void plot_write(FILE *out, const struct plot *plot)
{
    struct frame f = {
        .plot = plot, .x_from = plot->points[0].at, .x_to = plot->points[plot->count - 1].at};
    struct stack stack;
    for (uint32_t i = 0; i < plot->count; i++)
        f.y_to = plot->points[i].total > f.y_to ? plot->points[i].total : f.y_to;
    find_stack(plot, &stack);
    /* The legend's length says how high the picture is. */
    char *body;
    size_t size;
    f.out = open_memstream(&body, &size);
    CHECK(f.out);
    for (uint8_t i = 0; i < stack.count; i++)
        draw_area(&f, &stack, i);
    draw_axes(&f);
    draw_line(&f, false);
    draw_line(&f, true);
    draw_jumps(&f);
    int64_t height = draw_legend(&f, &stack) + LINE_HEIGHT;
    fclose(f.out);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %" PRId64
            "\" width=\"%d\" height=\"%" PRId64 "\">\n<style>%s</style>\n"
            "<rect width=\"%d\" height=\"%" PRId64 "\" fill=\"#fff\"/>\n%s</svg>\n",
            WIDTH, height, WIDTH, height, style, WIDTH, height, body);
    free(body);
}
