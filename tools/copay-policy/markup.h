/* Texts inside HTML and SVG. */
#ifndef COPAY_POLICY_MARKUP_H
#define COPAY_POLICY_MARKUP_H

#include <stdio.h>

/* The text with the characters that markup reads escaped. */
void markup_text(FILE *out, const char *text);

#endif
