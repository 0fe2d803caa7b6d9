/* SPDX-License-Identifier: Apache-2.0 */
/* Logs that are known and hold no requests, or not in this spelling: named when they are refused, so that nobody looks
 * for a layout that does not exist. */
#include "format/recognise.h"
#include "scan/json.h"

/* "#path<separator>NAME" of a Zeek log. */
static span zeek_path(const span *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_starts(lines[i], SPAN("#path")) && lines[i].n > 6)
            return span_trim(span_skip(lines[i], 6));
    return (span){NULL, 0};
}

static bool is_read(span path)
{
    static const span read[] = {{"http", 4}, {"ssl", 3}, {"conn", 4}, {"quic", 4}};
    for (size_t i = 0; i < COUNT_OF(read); i++)
        if (span_eq(path, read[i]))
            return true;
    return false;
}

static span of_zeek(arena *a, span path, const span *lines, size_t n)
{
    size_t rows = 0;
    path = span_take(path, 40);
    for (size_t i = 0; i < n; i++)
        rows += !is_skippable(lines[i]);
    if (!is_read(path))
        return arena_printf(a, "Zeek's %.*s log, which tells of no requests: its http, ssl, quic and conn logs are read",
                            (int)path.n, path.p);
    return arena_printf(a, rows ? "Zeek's %.*s log, but its rows do not fit its #fields line (a masked or cut time stamp?)"
                                : "Zeek's %.*s log without a row", (int)path.n, path.p);
}

/* The string beside `key` in the outermost object; {NULL,0}: it has none. */
static span json_string(span line, span key)
{
    struct json_reader r = json_read(line);
    enum json_token token = json_next(&r);
    while (token == JSON_OBJECT && (token = json_next(&r)) == JSON_KEY) {
        bool is_it = span_eq(r.text, key);
        token = json_next(&r);
        if (is_it && token == JSON_STRING)
            return r.text;
        if (token == JSON_BAD || !json_skip(&r, token))
            break;
        token = JSON_OBJECT;
    }
    return (span){NULL, 0};
}

static bool begins_value(span s) { return s.n && (s.p[0] == '{' || s.p[0] == '[' || s.p[0] == ']'); }

static span of_json(arena *a, span first)
{
    span path = json_string(first, SPAN("_path"));
    if (path.n && json_string(first, SPAN("uid")).n && !is_read(path))
        return of_zeek(a, path, NULL, 0);
    if (json_string(first, SPAN("uid")).n && json_string(first, SPAN("id.orig_h")).n)
        return SPAN("a Zeek log that tells of no requests: its http, ssl, quic and conn logs are read");
    if (span_eq(first, SPAN("{")) || span_eq(first, SPAN("[")))
        return SPAN("JSON over several lines: one object in each line is read (jq -c . FILE, or jq -c '.[]' FILE)");
    if (span_starts(first, SPAN("[")) && begins_value(span_trim(span_skip(first, 1))))
        return SPAN("a JSON array: one object in each line is read (jq -c '.[]' FILE)");
    return (span){NULL, 0};
}

/* "CONNECT   Nov 21 21:19:32.108 [7]: Connect (file descriptor 6): 10.0.0.1" */
static bool is_tinyproxy(span line)
{
    static const span levels[] = {{"CONNECT ", 8}, {"INFO ", 5}, {"NOTICE ", 7}, {"WARNING ", 8}, {"ERROR ", 6}, {"CRITICAL ", 9}};
    for (size_t i = 0; i < COUNT_OF(levels); i++)
        if (span_starts(line, levels[i]))
            return span_find(line, SPAN("]: ")) != SIZE_MAX &&
                   (span_find(line, SPAN("(file descriptor ")) != SIZE_MAX || span_find(line, SPAN("Established connection to host")) != SIZE_MAX);
    return false;
}

static bool has_tinyproxy(const span *lines, size_t n)
{
    size_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += is_tinyproxy(lines[i]);
    return rows && rows * 5 >= n;
}

span foreign_log(arena *a, const span *lines, size_t n)
{
    span path = zeek_path(lines, n);
    if (path.n)
        return of_zeek(a, path, lines, n);
    if (has_tinyproxy(lines, n))
        return SPAN("tinyproxy's log, which names client and request in lines of their own and counts no bytes: no row of it says who asked for what");
    for (size_t i = 0; i < n; i++)
        if (!is_skippable(lines[i]))
            return of_json(a, span_trim(lines[i]));
    return (span){NULL, 0};
}
