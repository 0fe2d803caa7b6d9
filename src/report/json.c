/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"

#include "base/when.h"

#include <math.h>

enum { LINES_TO_DEPTH = 3 };   /* document, list, and the members of each of its objects: a line each */

struct json json_begin(sink *o, enum lang lang)
{
    return (struct json){.o = o, .style = {.lang = lang, .is_json = true}};
}

struct json json_begin_line(sink *o, enum lang lang)
{
    struct json j = json_begin(o, lang);
    j.is_one_line = true;
    return j;
}

static void break_line(struct json *j)
{
    if (j->depth > LINES_TO_DEPTH || j->is_one_line)
        return;
    sink_char(j->o, '\n');
    for (unsigned i = 0; i < j->depth; i++)
        sink_char(j->o, ' ');
}

static void begin_value(struct json *j, const char *key)
{
    if (j->depth) {
        if (j->has_member[j->depth - 1])
            sink_char(j->o, ',');
        j->has_member[j->depth - 1] = true;
        break_line(j);
    }
    if (key) {
        sink_json(j->o, span_str(key));
        sink_char(j->o, ':');
    }
}

static void open_level(struct json *j, const char *key, char begin, char end)
{
    begin_value(j, key);
    if (j->depth == JSON_DEPTH_MAX)
        panic("JSON nested too deep");
    sink_char(j->o, begin);
    j->has_member[j->depth] = false;
    j->close[j->depth++] = end;
}

void json_open_object(struct json *j, const char *key) { open_level(j, key, '{', '}'); }

void json_open_array(struct json *j, const char *key) { open_level(j, key, '[', ']'); }

void json_close(struct json *j)
{
    if (j->depth == 0)
        panic("JSON closed more than it opened");
    j->depth--;
    if (j->has_member[j->depth] && j->depth < LINES_TO_DEPTH)
        break_line(j);
    sink_char(j->o, j->close[j->depth]);
}

void json_end(struct json *j)
{
    if (j->depth)
        panic("JSON left open");
    sink_char(j->o, '\n');
}

void json_text(struct json *j, const char *key, span s)
{
    if (!s.p) {
        json_null(j, key);
        return;
    }
    begin_value(j, key);
    sink_json(j->o, s);
}

void json_put(struct json *j, const char *key, span written)
{
    begin_value(j, key);
    sink_put(j->o, written);
}

void json_string(struct json *j, const char *key, const char *s) { json_text(j, key, span_str(s)); }

void json_u64(struct json *j, const char *key, uint64_t v)
{
    begin_value(j, key);
    sink_u64(j->o, v);
}

void json_i64(struct json *j, const char *key, int64_t v)
{
    begin_value(j, key);
    sink_i64(j->o, v);
}

void json_number(struct json *j, const char *key, double v)
{
    begin_value(j, key);
    if (isfinite(v))
        sink_number(j->o, v);
    else
        sink_str(j->o, "null");
}

void json_bool(struct json *j, const char *key, bool v)
{
    begin_value(j, key);
    sink_str(j->o, v ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
    begin_value(j, key);
    sink_str(j->o, "null");
}

void json_time(struct json *j, const char *key, int64_t ms)
{
    begin_value(j, key);
    sink_char(j->o, '"');
    when_put_rfc3339(j->o, ms);
    sink_char(j->o, '"');
}

/* RFC 4648 section 4, with padding. */
void json_base64(struct json *j, const char *key, span s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    begin_value(j, key);
    sink_char(j->o, '"');
    for (size_t i = 0; i < s.n; i += 3) {
        size_t n = s.n - i < 3 ? s.n - i : 3;
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            sink_char(j->o, k <= n ? digits[bits >> (18 - 6 * k) & 63] : '=');
    }
    sink_char(j->o, '"');
}

void json_sentence(struct json *j, const char *key, struct sentence s)
{
    if (s.key == TEXT_NONE) {
        json_null(j, key);
        return;
    }
    sink text = sink_memory();
    text_render(&text, &j->style, s);
    json_text(j, key, sink_text(&text));
    if (sink_done(&text).kind)
        panic("a sink in memory failed");
}

void json_fact(struct json *j, const struct fact *f)
{
    switch (f->kind) {
    case FACT_COUNT:
    case FACT_BYTES:
    case FACT_SIZE:
    case FACT_NUMBER:
    case FACT_SECONDS:
    case FACT_SHARE:
    case FACT_PLAIN: json_number(j, f->name, f->number); break;
    case FACT_TIME: json_time(j, f->name, f->ms); break;
    case FACT_TEXT: json_text(j, f->name, f->text); break;
    }
}
