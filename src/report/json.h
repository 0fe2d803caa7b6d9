/* SPDX-License-Identifier: Apache-2.0 */
/* report/json.h: a JSON document written front to back. Commas and line breaks come from the nesting: the
 * outer levels get a line per member, what is deeper stays on one line. Our own mistakes (too deep, an end
 * that was not begun) panic. */
#ifndef KONSEKI_REPORT_JSON_H
#define KONSEKI_REPORT_JSON_H

#include "base/sink.h"
#include "text/text.h"

enum { JSON_DEPTH_MAX = 16 };

struct json {
    sink *o;
    struct text_style style;      /* of every sentence; is_json is set */
    unsigned depth;
    bool is_one_line;
    bool has_member[JSON_DEPTH_MAX];
    char close[JSON_DEPTH_MAX];
};

struct json json_begin(sink *o, enum lang lang);
/* The same on one line: NDJSON. */
struct json json_begin_line(sink *o, enum lang lang);
void json_end(struct json *j);                    /* every { and [ must be closed; writes the final newline */

/* `key` NULL: an array's element (or the document). Keys are our own words. */
void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_close(struct json *j);
void json_text(struct json *j, const char *key, span any);      /* {NULL,0}: null; hostile bytes as sink_json */
void json_string(struct json *j, const char *key, const char *s); /* NULL: null */
void json_put(struct json *j, const char *key, span written);   /* a value that is JSON already */
void json_u64(struct json *j, const char *key, uint64_t v);
void json_i64(struct json *j, const char *key, int64_t v);
void json_number(struct json *j, const char *key, double v);    /* shortest that reads back; not finite: null */
void json_bool(struct json *j, const char *key, bool v);
void json_null(struct json *j, const char *key);
void json_time(struct json *j, const char *key, int64_t ms);
void json_base64(struct json *j, const char *key, span bytes);
void json_sentence(struct json *j, const char *key, struct sentence s);  /* TEXT_NONE: null */
void json_fact(struct json *j, const struct fact *f);           /* by its own name, numbers as numbers */

#endif
