/* SPDX-License-Identifier: Apache-2.0 */
/* format/format.h: what the rest of the house sees of formats: recognise a source's layout from its first
 * lines, then turn lines into events. How plans work: format/plan.h. */
#ifndef KONSEKI_FORMAT_H
#define KONSEKI_FORMAT_H

#include "base/arena.h"
#include "base/fault.h"
#include "event/event.h"
#include "format/envelope.h"

enum { FORMAT_PLANS_MAX = 32, FORMAT_SAMPLE_LINES = 1000 };

enum row_fate { ROW_EVENT, ROW_SKIPPED /* blank line, comment, header, rotation mark */, ROW_BAD };

struct own_format; /* format/own.h */
struct winlog_dialect; /* format/winlog.h */
struct windows_event;  /* event/windows.h */
struct plan; /* format/plan.h; immutable once compiled */

/* The layout of one source: `plans[0]` is what was recognised, the others are tried, in order, on a line
 * that fails it. A Windows event log has no plan (n 0) but a dialect. */
struct layout {
    const struct plan *plans[FORMAT_PLANS_MAX];
    size_t n;
    const struct winlog_dialect *windows;   /* NULL: a proxy's log, or nothing (n 0) */
    const char *windows_above;              /* what the dialect's paths stand below */
    span name;          /* "squid", "combined", "logformat", "inferred" ... as in JSON `format` */
    span definition;    /* as a Squid logformat string: to show, to confirm, to pass as --logformat */
    bool is_inferred;
    bool direction_unknown;   /* inferred: two counters, and the rows do not say which is OUT */
    double fit;         /* share of the sample lines the first plan takes */
    uint64_t gives;     /* fields (FIELD_BIT) the first plan can fill, derived ones included */
    int tz_minutes;     /* zone of the stamps where each carries the same one or epoch (0); else WHEN_NONE_MINUTES */
    bool tz_in_stamp;   /* false for stamps without a zone: --tz says what they mean */
    bool unescapes;     /* a value may be spelled otherwise than its line has it */
    bool follows_headers;       /* header lines among its rows name new columns: format_follow */
    bool is_server;             /* of a web server: its clients are the internet, not the office */
    bool is_server_by_rows;     /* ... which the rows say, not the product */
    struct envelope envelope;   /* what every line is wrapped in */
    int64_t stamp_latest;       /* rows without a time take the envelope's stamp: not after this moment (ms UTC)... */
    int stamp_tz;               /* ... and, where it has no zone, this many minutes east */
};

struct format_options {
    span format;        /* --format NAME; {NULL,0}: by content */
    span logformat;     /* --logformat STRING (Squid codes, or Apache/nginx ones: told by content) */
    span squid_conf;    /* the text of --squid-conf FILE: its logformat and access_log lines */
    span own_text;      /* the text of --format-file FILE */
    const struct own_format *own;   /* what it says; format_recognise reads it */
    int tz_minutes;     /* --tz, for stamps without a zone; WHEN_NONE_MINUTES: read as UTC and said */
    int64_t as_of;      /* --as-of (ms UTC), for stamps without a year; 0: not given */
};

/* Why no layout fits: what was tried and how near the best came, for the message. */
struct format_refusal {
    struct { span name; double fit; span why; } tried[FORMAT_PLANS_MAX];
    size_t n;
    span instead;       /* what it is, in English: "Zeek's dns log, which ..."; {NULL,0}: nobody knows */
};

/* Recognises the layout from the first lines (at most FORMAT_SAMPLE_LINES are looked at; blank ones are
 * ignored). FAULT_USAGE: an option cannot be compiled (with the column). FAULT_CORRUPT: no layout fits
 * (`refusal` says how near each came). Everything lives in `a`. */
fault format_recognise(arena *a, const struct format_options *options, const span *lines, size_t n,
                       struct layout *out, struct format_refusal *refusal) MUST_USE;

/* Are some of its rows about sessions (enum session_rule)? */
bool format_has_sessions(const struct layout *layout);

/* A line that names the columns of those behind it: "#Fields: date time ...", Zeek's "#fields". */
bool format_is_header(span line);
/* Are they the columns that `l` reads already? */
bool format_stays(const struct layout *l, span header);
/* The layout of the rows behind `header`, which stands among the rows of `from`; in `a`, as `from` has to stay. Columns
 * that no product has: those rows are bad. */
void format_follow(arena *a, const struct format_options *options, const struct layout *from, span header, struct layout *out);

/* Does it read any line? */
static inline bool layout_reads(const struct layout *l) { return l->n || l->windows; }

/* A line of a Windows event log, as format_row; times are UTC afterwards. ROW_SKIPPED: an event that is none of ours. */
enum row_fate format_windows_row(const struct layout *layout, span line, arena *scratch, struct windows_event *e);

/* One line (without its line end) to one event, derived fields included. Thread-safe: plans are immutable. Values that
 * had to be unescaped live in `scratch`, all others in the line. ROW_BAD: no plan of the layout takes it; `e` is then
 * undefined. */
enum row_fate format_row(const struct layout *layout, span line, arena *scratch, event *e);

#endif
