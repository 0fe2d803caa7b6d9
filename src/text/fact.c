/* SPDX-License-Identifier: Apache-2.0 */
/* One value as a reader wants it: 35,000,219 and 35.0 MB and 14 min 59 s. */
#include "text/text.h"

#include "base/when.h"

#include <math.h>
#include <stdio.h>

static void put_grouped(sink *o, double value)
{
    char digits[64];
    int n = snprintf(digits, sizeof digits, "%.0f", value < 0 ? 0 : value < 1e18 ? value : 1e18);
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            sink_char(o, ',');
        sink_char(o, digits[i]);
    }
}

/* At most three significant digits, but never fewer than the whole part has, and no zeros at the end. */
static void put_number(sink *o, double v)
{
    if (!isfinite(v)) {
        sink_str(o, "?");
        return;
    }
    if (v < 0) {
        sink_char(o, '-');
        v = -v;
    }
    if (v >= 99.95) {
        put_grouped(o, round(v));
        return;
    }
    sink_printf(o, "%.3g", v < 1e-4 ? 0 : v);
}

/* 4.3 kB, 35.0 MB, 900 MB: decimal units, as disks and networks are sold. */
static void put_size(sink *o, double v)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    while (v >= (unit ? 999.5 : 1000) && unit + 1 < COUNT_OF(units)) {
        v /= 1000;
        unit++;
    }
    sink_printf(o, unit == 0 || v >= 99.95 ? "%.0f %s" : "%.1f %s", v, units[unit]);
}

/* The two largest units, a zero one left out: 3.4 s, 14 min 59 s, 2 h 5 min, 3 d. From 1 s on tenths are enough. */
static void put_seconds(sink *o, enum lang lang, double seconds)
{
    static const struct unit { double size; const char *name[LANG_COUNT]; } units[] = {
        {86400, {" d", "日"}}, {3600, {" h", "時間"}}, {60, {" min", "分"}}, {1, {" s", "秒"}}};
    if (seconds < 59.95 || !isfinite(seconds)) {
        put_number(o, seconds < 1 ? seconds : round(seconds * 10) / 10);
        sink_str(o, units[3].name[lang]);
        return;
    }
    double whole = round(seconds);
    size_t first = 0;
    while (whole < units[first].size)
        first++;
    double upper = floor(whole / units[first].size);
    put_grouped(o, upper);
    sink_str(o, units[first].name[lang]);
    double lower = first < 3 ? floor((whole - upper * units[first].size) / units[first + 1].size) : 0;
    if (lower > 0) {
        sink_str(o, lang == LANG_EN ? " " : "");
        put_grouped(o, lower);
        sink_str(o, units[first + 1].name[lang]);
    }
}

static void put_share(sink *o, enum lang lang, double share)
{
    double percent = share * 100;
    const char *before = "";
    if (percent > 0 && percent < 0.1) {
        before = "<";
        percent = 0.1;
    } else if (percent > 99.9 && percent < 100) {
        before = ">";
        percent = 99.9;
    }
    sink_printf(o, "%s%.*f%s", before, percent == floor(percent) ? 0 : 1, percent, lang == LANG_EN ? " %" : "%");
}

static void put_time(sink *o, const struct text_style *style, int64_t ms)
{
    if (style->is_json)
        when_put_rfc3339(o, ms);
    else if (style->clock_only)
        when_put_clock(o, ms, style->tz_minutes);
    else
        when_put_local(o, ms, style->tz_minutes);
}

static void put_text(sink *o, const struct text_style *style, span s)
{
    if (style->is_json) {
        sink_put(o, s);
        return;
    }
    size_t shown = s.n;
    if (s.n > FACT_TEXT_SHOWN) {   /* cut before a character, not within one */
        shown = FACT_TEXT_SHOWN;
        while (shown > FACT_TEXT_SHOWN - 4 && ((unsigned char)s.p[shown] & 0xc0) == 0x80)
            shown--;
    }
    sink_tty(o, span_take(s, shown));
    if (shown < s.n) {
        sink_str(o, "...(+");
        put_grouped(o, (double)(s.n - shown));
        sink_str(o, " B)");
    }
}

void text_fact(sink *o, const struct text_style *style, const struct fact *f)
{
    switch (f->kind) {
    case FACT_COUNT:
    case FACT_BYTES: put_grouped(o, f->number); break;
    case FACT_NUMBER: put_number(o, f->number); break;
    case FACT_SIZE: put_size(o, f->number); break;
    case FACT_SECONDS: put_seconds(o, style->lang, f->number); break;
    case FACT_SHARE: put_share(o, style->lang, f->number); break;
    case FACT_PLAIN: sink_printf(o, "%.0f", f->number); break;
    case FACT_TIME: put_time(o, style, f->ms); break;
    case FACT_TEXT: put_text(o, style, f->text); break;
    }
}
