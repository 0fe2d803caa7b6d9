/* SPDX-License-Identifier: Apache-2.0 */
/* format/plan.h: a plan is an array of typed cuts, compiled once from a definition (a Squid logformat, an
 * Apache or nginx format string). One executor per shape runs all plans.
 *
 * A cut's value ends at the whole next literal, not at its first byte. At most one cut is greedy (URL or
 * user): cuts after it run from the right end of the line, so a URL with blanks or quotes cannot shift a
 * column. Two codes without a literal between them are a compile error, except pairs that form one value
 * (%ts.%03tu, %>a:%>p). Text left over makes the line bad. */
#ifndef KONSEKI_PLAN_H
#define KONSEKI_PLAN_H

#include "base/arena.h"
#include "base/fault.h"
#include "event/event.h"
#include "format/format.h"

enum plan_shape {
    SHAPE_DELIMITED,
    SHAPE_JSON, SHAPE_PAIRS   /* values have names: format/keyed.h */
};
enum plan_head { HEAD_NONE, HEAD_CEF, HEAD_LEEF };   /* what stands before the pairs */

/* Where the text does not fit its type: FAIL makes the line bad, JUNK leaves the field absent. */
enum cut_type {
    CUT_IGNORED,          /* cut out and dropped */
    CUT_TEXT,
    CUT_SOME_TEXT,        /* a blank says nothing: the field is absent */
    CUT_FIXED,            /* one of the words in `words`; FAIL, or a row of another kind (columns.h) */
    CUT_WORD,             /* a tag of A-Z 0-9 _ as Squid writes them; FAIL */
    CUT_CLIENT,           /* text without blanks, not empty; FAIL */
    CUT_FORWARDED,        /* the first of a list of addresses: who asked the first proxy */
    CUT_METHOD,           /* letters, '_', '-'; JUNK: a client may send any token; of digits alone: FAIL */
    CUT_ADDRESS,          /* an IP literal; a name there (peers may be logged by name) is left absent */
    CUT_ENDPOINT,         /* text:port, split at the last ':'; the port goes to field2 */
    CUT_AUTHORITY,        /* a host that may have a port behind it: a.example:443, [::1] */
    CUT_NUMBER, CUT_PORT, /* JUNK */
    CUT_RESULT,           /* TAG/200: an action and a status; or one number: no status from 1000 on, but an error code */
    CUT_OUTCOME,          /* our own word for it: allowed, blocked ... */
    CUT_STATUS,           /* 0..999 or "-"; FAIL */
    CUT_EPOCH,            /* seconds since 1970, fraction optional; FAIL */
    CUT_EPOCH_MS,         /* milliseconds since 1970; FAIL */
    CUT_EPOCH_ANY,        /* seconds, or milli-, micro- or nanoseconds by the number of digits; FAIL */
    CUT_DATE, CUT_CLOCK,  /* 2026-11-21 or 2026/11/21, and 21:19:32.108: together the time; FAIL */
    CUT_DAY_FIRST,        /* 21/11/2026: as CUT_DATE; FAIL */
    CUT_MONTH_FIRST,      /* 11/21/2026, 1/2/26: as CUT_DATE; FAIL */
    CUT_CLF_TIME,         /* 21/Nov/2026:21:19:32 +0000; FAIL */
    CUT_ANY_TIME,         /* an epoch, ISO 8601, or a stamp with the name of its month, by its look; FAIL */
    CUT_ZONE,             /* what CUT_DATE and CUT_CLOCK mean: +0900, +9, JST; FAIL */
    CUT_ISO_TIME,         /* 2026-11-21T21:19:32.108+00:00 and its relatives; FAIL */
    CUT_PATTERN_TIME,     /* plan.time_pattern, as strftime writes it; FAIL */
    CUT_SUBSECOND,        /* milliseconds to add to the time */
    CUT_SECONDS,          /* a duration, fraction optional; JUNK */
    CUT_MILLISECONDS, CUT_MICROSECONDS, CUT_NANOSECONDS, /* durations; JUNK */
    CUT_LIFETIME,         /* 01:12:00, 00:19, "<1": a duration; JUNK */
    CUT_REQUEST,          /* "GET /x HTTP/1.1": method, url, proto */
    CUT_PATH,             /* path with its query */
    CUT_BARE_URL,         /* a URL whose scheme may have been left out: "a.example/x" */
    CUT_HEADERS           /* all request headers: agent and referer, where no column of their own has them */
};
enum cut_quote { QUOTE_NONE, QUOTE_BACKSLASH, QUOTE_PERCENT, QUOTE_DOUBLED /* "" is a quote in quotes */ };

enum {
    CUT_PAD_LEFT = 1,    /* blanks may stand before the value (%6tr) */
    CUT_PAD_RIGHT = 2,   /* blanks may stand after it (%-9x) */
    CUT_SHELL = 4,       /* in quotes only where it holds a blank (Squid's %/code) */
    CUT_OWN_QUERY_MARK = 8, /* a '?' at the end says that the logger stripped the query */
    CUT_ZEEK = 64,       /* \x09 stands for its byte, (empty) for nothing */
    CUT_MAY_END_LINE = 32, /* the literal behind it, or the end of the line */
    CUT_PERCENT = 128,   /* %2F stands for its byte, '+' for a blank */
    CUT_UNTIL_FIT = 16   /* holds the literal behind it: ends at the first one behind which the other cuts fit */
};
enum { PLAN_CUTS_MAX = 256, DEFINITION_MAX = 16 * 1024 };

struct cut_step {
    uint8_t field, field2;  /* FIELD_COUNT: nothing is kept */
    uint8_t type, quote, flags;
    uint16_t width_max;     /* 0: none; a value this long was cut by the logger */
    span stop;              /* the literal after the value; n 0: end of line */
    span code;              /* as the definition spells it, for messages */
    span words;             /* of CUT_FIXED */
};

struct key_map;    /* format/keyed.h */
struct vocabulary; /* format/vocabulary.h */

struct plan {
    span name, definition;
    enum plan_shape shape;
    enum stamp_meaning stamp;
    bool counts_headers_out, counts_headers_in;   /* do the byte counters include headers? */
    int tz_minutes;            /* what stamps without a zone mean: minutes east */
    bool tz_in_stamp;
    uint64_t gives;            /* FIELD_BIT, what event_derive adds included */
    span prefix;               /* literal before the first cut */
    span time_pattern;         /* of CUT_PATTERN_TIME */
    struct cut_step *cuts;
    size_t n, greedy;          /* greedy == n: none */
    unsigned typed;            /* cuts whose text can be wrong: how specific the plan is */
    const struct key_map *keys;               /* SHAPE_JSON, SHAPE_PAIRS */
    const struct vocabulary *vocabulary;      /* whose fields have names; NULL: it has none */
    enum plan_head head;
    char between, equals;                     /* SHAPE_PAIRS: ' ' and '=', for example */
    span header;               /* the line that named the columns; it is no row. {NULL,0}: there is none */
    uint8_t session;           /* enum session_rule of every row, unless its keys say otherwise */
    bool may_trail;            /* a row may have more columns than the plan */
    size_t may_miss;           /* so many of the last columns may be missing */
    bool needs_proof;          /* so few that client, URL and agent must look like such */
    bool by_place;             /* no header says which column is which: client and status must look like such */
    int64_t time_least;        /* ms; an earlier stamp lost digits: the row is bad */
};

/* A definition may hold no time (`gives` says so): the envelope's stamp can be it. Compile errors are FAULT_USAGE and name the column (counted from 1). Everything lives in `a`; the
 * definition is copied. plan->name is left to the caller. */
fault plan_compile_squid(arena *a, span definition, struct plan *out) MUST_USE;
fault plan_compile_apache(arena *a, span definition, struct plan *out) MUST_USE;  /* %h %l ... */
fault plan_compile_nginx(arena *a, span definition, struct plan *out) MUST_USE;   /* $remote_addr ... */
/* By content: $names are nginx's; else Squid's codes, else Apache's. */
fault plan_compile_any(arena *a, span definition, struct plan *out) MUST_USE;

/* What recognition wants to know about a row beyond the event. */
struct plan_notes {
    unsigned junk;       /* columns whose text did not fit their type */
    size_t failed_at;    /* ROW_BAD: the cut that stopped it (n: text before the first, or left over) */
    int tz_minutes;      /* the zone in the stamp; WHEN_NONE_MINUTES: none */
};
/* The logged fields only: event_derive adds the rest. Values that had to be unescaped live in `scratch`. ROW_SKIPPED: a
 * row that the product writes for something else. */
enum row_fate plan_run(const struct plan *plan, span line, arena *scratch, event *e);
/* As plan_run, with notes. */
enum row_fate plan_try(const struct plan *plan, span line, arena *scratch, event *e, struct plan_notes *notes);

/* A layout nobody named, from typed columns: writes the Squid logformat string it infers into `a`. */
struct inference {
    span definition;
    double fit;
    bool direction_unknown, direction_proved;
    span why;             /* one English sentence: what proved the direction, or why it is open */
};
fault plan_infer(arena *a, const span *lines, size_t n, struct inference *out) MUST_USE;

#endif
