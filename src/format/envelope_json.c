/* SPDX-License-Identifier: Apache-2.0 */
/* What collectors put around a line: a JSON object that holds it as text, and the head of a container's log. */
#include "format/envelope.h"

#include "base/when.h"
#include "scan/json.h"

/* Where the line stands, as a path. docs/formats/envelopes.md says who writes which. */
static const char *const paths[] = {
    "event.original",            /* ECS, before "message", which may be a part of it */
    "_raw", "result._raw",       /* Splunk: a search exported, its REST interface */
    "log",                       /* Docker's json-file, Fluent Bit */
    "message",                   /* Filebeat, Logstash, Vector */
    "event",                     /* Splunk HEC */
    "_source.event.original", "_source.message", "_source.log", /* Elasticsearch's answer to a search */
    "fields.message", "textPayload", "MESSAGE", "Message", "RawData", "raw", "line", "msg",
};

unsigned envelope_kinds(void) { return ENVELOPE_JSON + COUNT_OF(paths); }

/* The string at `path`: a member by its whole name ("event.original"), or inside an object by name. */
static bool find_text(span line, span path, struct json_reader *r)
{
    *r = json_read(line);
    if (json_next(r) != JSON_OBJECT)
        return false;
    while (json_next(r) == JSON_KEY) {
        span key = r->text;
        enum json_token token = json_next(r);
        bool is_above = path.n > key.n + 1 && path.p[key.n] == '.' && span_starts(path, key);
        if (span_eq(key, path))
            return token == JSON_STRING;
        if (token == JSON_OBJECT && is_above)
            path = span_skip(path, key.n + 1);
        else if (!json_skip(r, token))
            return false;
    }
    return false;
}

static span without_line_end(span s)
{
    while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
        s.n--;
    return s;
}

bool envelope_peel_json(unsigned kind, span line, arena *scratch, struct peeled *out)
{
    struct json_reader r;
    line = span_trim(line);
    if (line.n < 2 || line.p[0] != '{' || !find_text(line, span_str(paths[kind - ENVELOPE_JSON]), &r))
        return false;
    out->line = without_line_end(r.has_escapes ? json_unescape(scratch, r.text) : r.text);
    return out->line.n > 0;
}

/* Docker compose: "web-1  | line". */
static bool peel_compose(span line, struct peeled *out)
{
    size_t n = 0, blanks;
    while (n < line.n && (ascii_alpha(line.p[n]) || ascii_digit(line.p[n]) || line.p[n] == '-' || line.p[n] == '_' || line.p[n] == '.'))
        n++;
    for (blanks = n; blanks < line.n && line.p[blanks] == ' ';)
        blanks++;
    if (!n || blanks == n || !span_starts(span_skip(line, blanks), SPAN("| ")))
        return false;
    out->tag = span_take(span_take(line, n), ENVELOPE_TAG_MAX);
    out->line = span_skip(line, blanks + 2);
    return true;
}

/* "2026-11-21T21:19:32.108765432Z stdout F line": the container runtime's stamp, stream and whether it is a whole line. */
bool envelope_peel_cri(span line, struct peeled *out)
{
    if (peel_compose(line, out))
        return true;
    cut stamp = span_cut(line, ' '), stream = span_cut(stamp.tail, ' '), tags = span_cut(stream.tail, ' ');
    bool is_stream = span_eq(stream.head, SPAN("stdout")) || span_eq(stream.head, SPAN("stderr"));
    if (!tags.found || !is_stream || tags.head.n == 0 || (tags.head.p[0] != 'F' && tags.head.p[0] != 'P'))
        return false;
    if (!when_iso(stamp.head, &out->ms, &out->tz_minutes))
        return false;
    out->has_time = out->has_year = true;
    out->line = tags.tail;
    return true;
}
