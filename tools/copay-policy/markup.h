/* Texts inside HTML and SVG. */
#ifndef COPAY_POLICY_MARKUP_H
#define COPAY_POLICY_MARKUP_H

#include <stdio.h>

/* What has Chinese characters on whatever people read with, the good ones first. */
#define MARKUP_FONTS                                                                               \
    "\"Noto Sans CJK SC\",\"Source Han Sans SC\",\"PingFang SC\",\"Microsoft YaHei\","             \
    "\"WenQuanYi Micro Hei\",\"WenQuanYi Zen Hei\",SimSun,sans-serif"

/* The text with the characters that markup reads escaped. */
void markup_text(FILE *out, const char *text);

#endif
