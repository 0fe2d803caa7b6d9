/* SPDX-License-Identifier: Apache-2.0 */
/* known/indicator.h: indicators of compromise out of anything that holds some: a word of the command line, a list (one a
 * line, CSV, # comments), STIX or MISP JSON, a report in English or Japanese. docs/who.md says what is understood.
 *
 * One that is asked for:  host     evil.example, and every name below it
 *                         url      evil.example/gate.php: this host, and paths that begin so (scheme and port do not count)
 *                         address  198.51.100.7, 2001:db8::1
 *                         network  198.51.100.0/24 */
#ifndef KONSEKI_KNOWN_INDICATOR_H
#define KONSEKI_KNOWN_INDICATOR_H

#include "base/arena.h"
#include "base/fault.h"
#include "known/domain.h"
#include "scan/cidr.h"

enum { INDICATORS_MAX = 4 * 1000 * 1000, INDICATOR_TEXTS_MAX = 512, INDICATOR_BYTES_MAX = 2048, NO_INDICATORS_MAX = 200,
       INDICATOR_HITS_MAX = 24 /* of one row */ };

enum indicator_kind { INDICATOR_HOST, INDICATOR_URL, INDICATOR_ADDRESS, INDICATOR_NETWORK, INDICATOR_KIND_COUNT };
extern const char *const indicator_kind_keys[INDICATOR_KIND_COUNT]; /* "host" "url" "address" "network" */

struct indicator {
    span text;          /* canonical */
    span spelled;       /* as it was written */
    uint32_t line;      /* of its text, from 1 */
    uint16_t source;    /* number of its text */
    uint16_t host_n;    /* bytes of `text` that are the host, or the network's address */
    uint8_t kind, bits; /* bits: of a network's prefix */
};

/* What looks like one and is none, or none that a proxy's log could hold. */
enum no_indicator_kind { NO_HASH, NO_MAIL, NO_FILE, NO_NAME, NO_INDICATOR_KIND_COUNT };
extern const char *const no_indicator_keys[NO_INDICATOR_KIND_COUNT]; /* "hash" "mail" "file" "name" */
struct no_indicator { enum no_indicator_kind kind; span spelled; uint32_t line; uint16_t source; };

struct indicator_table;

struct indicators {
    struct indicator *items;     /* in the order of the texts; each canonical text once */
    size_t n, capacity;
    struct no_indicator no[NO_INDICATORS_MAX]; /* the first ones */
    size_t no_n;
    uint64_t no_count[NO_INDICATOR_KIND_COUNT]; /* all of them */
    uint64_t repeated;           /* indicators that were there already */
    const char *names[INDICATOR_TEXTS_MAX];     /* of the texts: a file's path, or NULL for the command line */
    size_t name_n;
    arena memory;
    const struct suffixes *suffixes;
    unsigned threads;            /* that read a long text; 0: one */
    struct indicator_table *table;
};

/* `suffixes` must outlive the set; indicators_free frees what it holds. */
void indicators_begin(struct indicators *set, const struct suffixes *suffixes, unsigned threads);
void indicators_free(struct indicators *set);

/* Adds what is in `text`, which must outlive the set; *found gets how many indicators it holds, known ones too.
 * FAULT_LIMIT: more than INDICATORS_MAX, or too many texts. */
fault indicators_read(struct indicators *set, const char *name, span text, uint64_t *found) MUST_USE;

/* Which of them concern a canonical host or address: the numbers of items, most specific first; at most
 * INDICATOR_HITS_MAX. *has_urls: some are URLs of this very host, for indicators_of_url. Any number of threads, once
 * all texts were read. */
size_t indicators_of_host(const struct indicators *set, span host, uint32_t *out, bool *has_urls);
/* URLs of this host whose path this one is or begins with, on a border: /a fits /a, /a/b, /a?b, not /ab. `path` is with
 * its query. Adds to out[0..n) and returns the new n. */
size_t indicators_of_url(const struct indicators *set, span host, span path, uint32_t *out, size_t n);

/* known/indicator_word.c: one word of a text. */
struct found_word {
    enum { WORD_NOTHING, WORD_INDICATOR, WORD_NO_INDICATOR } what;
    enum indicator_kind kind;
    enum no_indicator_kind no;
    bool is_canonical;           /* text is the word's own bytes at `at`; else it stands in `text` */
    size_t at, n;                /* the part of the word that was understood */
    size_t host_n;
    uint8_t bits;
    char text[INDICATOR_BYTES_MAX];
    size_t text_n;
};
struct top_levels;               /* what was asked of the suffixes before */
struct top_levels *top_levels_new(arena *a, const struct suffixes *suffixes);
/* `is_alone`: nothing else stands on the line; then evil.zip is a host, which in a sentence is a file. */
void indicator_word(struct top_levels *t, span word, bool is_alone, struct found_word *out);
/* "198.51.100.0/24", the network of so many bits (32 or 128 at most) that holds the address; *host_n: without "/24". */
enum { NETWORK_TEXT_MAX = 64 };
span indicator_network(const struct address *a, unsigned bits, char text[NETWORK_TEXT_MAX], size_t *host_n);

#endif
