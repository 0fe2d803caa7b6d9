/* SPDX-License-Identifier: Apache-2.0 */
/* format/vocabulary.h: a product whose fields have names, whatever those stand in: a #Fields: line or a CSV header,
 * key=value pairs, JSON. The vocabulary says what each name is to us and what the product means by its counters, its
 * stamp and its words for allowed and blocked; how the text is cut is the shape's business. One file per product, one
 * name in meson.build. */
#ifndef KONSEKI_VOCABULARY_H
#define KONSEKI_VOCABULARY_H

#include "format/plan.h"

/* Of several names for one field the first in the table that a row holds gives it. In JSON a name is the path of the
 * key, with dots: "http.hostname" is both {"http":{"hostname":...}} and {"http.hostname":...}. */
struct named_field {
    const char *name;       /* letter case counts in pairs and JSON, not in headers */
    uint8_t field, type;    /* FIELD_*, CUT_* */
};

/* What the product's word (its action) says happened; letter case ignored. */
struct outcome_word { const char *word; enum outcome outcome; };

/* Of several kinds of rows in one log: a row that has this name (with this word there, letter case ignored; NULL: with
 * any or none) is one of these. Of several that fit the first counts; a row of no kind is skipped. A header is judged by
 * the kinds without a word. */
enum { KIND_SKIPPED = 0xff };
struct row_kind {
    const char *name, *word;
    uint8_t session;        /* enum session_rule, or KIND_SKIPPED */
};

/* A row with this word under this name carries the bytes of a tunnel; letter case ignored. CONNECT needs none. */
struct tunnel_word { const char *name, *word; };

struct vocabulary {
    const char *name;                          /* --format NAME, and `format` in JSON */
    const struct named_field *fields;          /* ends with a NULL name */
    const char *const *must;                   /* a log has all of these names, or it is not this product's; NULL-terminated.
                                                * "a|b": one of the two; "a=x": in pairs, with this value */
    const struct row_kind *kinds;              /* ends with a NULL name; NULL: all rows are alike */
    enum session_rule session;                 /* of all rows, where there are no kinds */
    bool omits_blank;                          /* a request's agent and referer: a key that is left out was not sent */
    const char *pick, *const *picked;          /* rows where this name holds one of these words only; others are skipped. NULL: all */
    const struct outcome_word *outcomes;       /* ends with a NULL word; NULL: none */
    const struct tunnel_word *tunnels;         /* ends with a NULL name; NULL: none */
    enum stamp_meaning stamp;
    bool counts_headers_out, counts_headers_in;
    bool is_utc;                               /* stamps without a zone are UTC, says its documentation */
    const char *time_pattern;                  /* of CUT_PATTERN_TIME; NULL: it has none */
    void (*settle)(event *e);                  /* after event_derive: what only this product's rows mean; NULL: nothing */
    bool is_server;                            /* a web server's: its clients are the internet */
    bool tells_server;                         /* ... where its URLs are paths alone (server.c) */
    struct {
        enum named_shape { NAMED_JSON, NAMED_PAIRS, NAMED_CEF, NAMED_LEEF, NAMED_W3C, NAMED_CSV } shape;
        const char *header;                    /* columns of a log that comes without a header; NULL: it has one */
        const char *example;                   /* a line of it; NULL: no further one */
    } examples[8];
};

/* Every one, in the order in which they are tried. NULL past the last. */
const struct vocabulary *vocabulary_at(size_t i);
/* Does example i stand behind a header in a log? */
bool vocabulary_needs_header(const struct vocabulary *v, size_t i);
/* The layout of its example i; where that needs a header, of one with all names it knows. NULL: none. Everything lives in
 * `a`. */
const struct plan *vocabulary_example(arena *a, const struct vocabulary *v, size_t i);
/* What a header or row must have: `has` is asked for each name. */
bool vocabulary_fits(const struct vocabulary *v, bool (*has)(const void *ctx, span name), const void *ctx);
/* The kind of all rows under a header; NULL: there are no kinds, or none fits. */
const struct row_kind *vocabulary_kind(const struct vocabulary *v, bool (*has)(const void *ctx, span name), const void *ctx);
/* What event_derive makes of rows about sessions: to be added to build_gives. */
uint64_t vocabulary_gives(const struct vocabulary *v, uint64_t gives);

#endif
