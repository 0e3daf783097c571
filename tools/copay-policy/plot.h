/* A sweep as an SVG picture: what funds and patient pay, one upon the other. */
#ifndef COPAY_POLICY_PLOT_H
#define COPAY_POLICY_PLOT_H

#include <stdio.h>

#include "review/scenario.h"
#include "review/sweep.h"

struct plot {
    enum lang lang;
    const struct policy *policy;
    enum scenario_number number; /* what is swept */
    const char *title;           /* whose bills they are */
    uint32_t count;
    const struct sweep_point *points;
    const struct jumps *jumps;
};

void plot_write(FILE *out, const struct plot *plot);

#endif
