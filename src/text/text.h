/* SPDX-License-Identifier: Apache-2.0 */
/* text/text.h: everything konseki says, in English and Japanese, from one catalogue (text/catalogue.def).
 * A sentence is a key with named values; nobody above this floor writes prose. */
#ifndef KONSEKI_TEXT_H
#define KONSEKI_TEXT_H

#include "base/arena.h"
#include "base/sink.h"

enum lang { LANG_EN, LANG_JA, LANG_COUNT };

/* S(KEY, "english", "japanese"). {name} stands for the fact of that name, {name|row|rows} for the first word
 * where that fact is 1 and for the second elsewhere. */
#define TEXT_KEY(KEY, en, ja) TEXT_##KEY,
enum text_key {
    TEXT_NONE,
#define S TEXT_KEY
#include "text/catalogue.def"
#undef S
    TEXT_COUNT
};
#undef TEXT_KEY

/* The name of a fact ends in its unit where it has one (median_s, out_bytes, blank_share): JSON shows it
 * as it is, sentences format it by kind. */
enum fact_kind {
    FACT_COUNT,     /* 12,345 */
    FACT_NUMBER,    /* 10.6: at most 3 significant digits after rounding, whole numbers in full; all in JSON */
    FACT_BYTES,     /* 35,000,219 in text; integer in JSON */
    FACT_SIZE,      /* bytes shown as 35.0 MB in text; integer in JSON */
    FACT_SECONDS,   /* 3.4 s, 14 min 59 s, 2 h 5 min in text; seconds in JSON */
    FACT_SHARE,     /* 0.985 -> 98.5 %; 100 % and 0 % only where exact */
    FACT_PLAIN,     /* a port, a code, a line: 5228 */
    FACT_TIME,      /* ms UTC -> in the shown zone; RFC 3339 in JSON */
    FACT_TEXT,      /* log content or a name: escaped at the sink */
};

/* What a sentence for the terminal shows of one FACT_TEXT, in bytes: a longer one says how much is left out. */
enum { FACT_TEXT_SHOWN = 480 };

struct fact {
    const char *name;
    enum fact_kind kind;
    double number;   /* COUNT..PLAIN: exact up to 2^53 */
    int64_t ms;      /* TIME */
    span text;       /* TEXT */
};

/* A thing to be said. {TEXT_NONE}: nothing. Facts are borrowed (usually from the hunt's arena). */
struct sentence {
    enum text_key key;
    const struct fact *facts;
    size_t n;
};

static inline struct fact fact_count(const char *name, uint64_t v) { return (struct fact){name, FACT_COUNT, (double)v, 0, {0}}; }
static inline struct fact fact_number(const char *name, double v) { return (struct fact){name, FACT_NUMBER, v, 0, {0}}; }
static inline struct fact fact_bytes(const char *name, uint64_t v) { return (struct fact){name, FACT_BYTES, (double)v, 0, {0}}; }
static inline struct fact fact_size(const char *name, uint64_t v) { return (struct fact){name, FACT_SIZE, (double)v, 0, {0}}; }
static inline struct fact fact_seconds(const char *name, double v) { return (struct fact){name, FACT_SECONDS, v, 0, {0}}; }
static inline struct fact fact_share(const char *name, double v) { return (struct fact){name, FACT_SHARE, v, 0, {0}}; }
static inline struct fact fact_plain(const char *name, uint64_t v) { return (struct fact){name, FACT_PLAIN, (double)v, 0, {0}}; }
static inline struct fact fact_time(const char *name, int64_t ms) { return (struct fact){name, FACT_TIME, 0, ms, {0}}; }
static inline struct fact fact_text(const char *name, span v) { return (struct fact){name, FACT_TEXT, 0, 0, v}; }

/* Copies the facts into `a`: the sentence outlives its makers (texts are copied too). */
struct sentence sentence_make(arena *a, enum text_key key, const struct fact *facts, size_t n);

struct text_style {
    enum lang lang;
    int tz_minutes;      /* zone in which times are shown */
    bool is_json;        /* escape for JSON is the caller's; true: no terminal escaping of log content */
    bool clock_only;     /* times without their date: the reader has seen that all lies in one day */
};

/* The words of one key without facts. */
span text_words(enum lang lang, enum text_key key);
/* Renders into `o`; log content goes through sink_tty unless style->is_json. An unknown {name} is a panic
 * (a test renders every key). */
void text_render(sink *o, const struct text_style *style, struct sentence s);
span text_render_span(arena *a, const struct text_style *style, struct sentence s);
/* One fact's value alone, as in a sentence. */
void text_fact(sink *o, const struct text_style *style, const struct fact *f);

/* Columns a terminal needs for the text: CJK 2, combining 0. Bytes that sink_tty escapes count as it writes
 * them. */
size_t text_width(span s);
/* Of text as sink_tty wrote it: the bytes of its first character (0: none left), and that one's columns. */
size_t text_char(span shown, size_t *columns);
/* Of text as sink_tty wrote it: the bytes of its first line where `columns` are free. Breaks after blanks and
 * between Japanese characters (no line begins with 、 or ends with （), within a word only where nothing else
 * helps. At least one character, so that a loop ends. */
size_t text_wrap(span shown, size_t columns);
/* Writes s cut to `columns` ("..." at the end where cut), padded with blanks to exactly `columns`. */
void text_put_padded(sink *o, span s, size_t columns);

#endif
