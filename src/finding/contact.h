/* SPDX-License-Identifier: Apache-2.0 */
/* finding/contact.h: the nouns that go out of `who`: which machine was in contact with what was asked for. Plain data in
 * the arena of whoever made it; spans are canonical names or log content (escape at the sink). */
#ifndef KONSEKI_CONTACT_H
#define KONSEKI_CONTACT_H

#include "finding/finding.h"

/* Of some rows. 407 rows count as rows and in `outcomes`, not in bytes. */
struct contact_sum {
    uint64_t rows;
    int64_t first, last;
    uint64_t outcomes[OUTCOME_COUNT];
    uint64_t bytes_out, bytes_in;
    uint64_t out_rows, in_rows;   /* rows that say how many bytes; 0: not logged */
};

struct contact_item { span text; size_t number; struct contact_sum sum; }; /* a user, an agent; number: of an indicator */
struct contact_items { struct contact_item *items; size_t n; };            /* most rows first, then by text */

struct contact {
    span client;
    span client_name, role;       /* of --clients, at the time of these rows; {NULL,0}: none */
    struct contact_sum sum;
    struct contact_items users, agents, indicators;
    struct contact_items hosts;   /* asked for where an address or network was found by its server; number: the indicator's */
    struct evidence evidence[2];  /* the first row and the last one */
    size_t evidence_n;
};

/* One row near --at. */
struct contact_row {
    int64_t start, end;           /* of the transfer where the log says both; else the stamp */
    int64_t away_ms;              /* from --at to the nearest moment of the row: < 0 before, 0 it contains --at, > 0 after */
    span client, client_name, user;
    size_t indicator;             /* its number */
    struct evidence evidence;
};

/* What was asked for. */
struct asked {
    span text, spelled;
    const char *kind;             /* "host" "url" "address" "network" */
    const char *where;            /* the file it was read from; NULL: the command line */
    uint32_t line;
    uint32_t clients;             /* that were in contact */
    uint64_t client_rows;         /* of clients that are this address themselves, without contact to any that was asked for */
    struct contact_sum *sum;      /* NULL: none was; there may be a million of these */
};

/* What looked like an indicator and is none. */
struct not_asked { span spelled; const char *kind, *where; uint32_t line; };

struct who_result {
    struct hunt_result read;      /* arguments, created, sources, failures, totals, could_not_look, notes */
    struct asked *asked;
    size_t asked_n;
    uint64_t seen_n;              /* of them with rows */
    struct not_asked *not_asked;  /* the first ones; */
    size_t not_asked_n;
    uint64_t not_asked_count;     /* all */
    struct contact *contacts;     /* by first contact, then client */
    size_t contact_n;
    struct contact_sum sum;       /* of all rows */
    uint64_t copies;              /* rows left out: the same line in another input */
    uint64_t hidden_urls;         /* tunnels to hosts of URLs that were asked for */
    int64_t at, within;           /* ms; at INT64_MIN: not given */
    struct contact_sum elsewhere; /* with --at: the contacts outside of it */
    struct contact_row *rows;     /* with --at: those within, else the nearest one; nearest first */
    size_t row_n;
};

#endif
