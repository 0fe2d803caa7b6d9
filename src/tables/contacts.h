/* SPDX-License-Identifier: Apache-2.0 */
/* tables/contacts.h: rows that concern an indicator, folded by client (and machine, where --clients names some), and
 * beneath by indicator, user and agent. One worker per thread; the sums do not depend on how rows were shared out. */
#ifndef KONSEKI_CONTACTS_H
#define KONSEKI_CONTACTS_H

#include "finding/contact.h"
#include "known/clients.h"
#include "tables/matching.h"
#include "tables/names.h"

enum { CONTACT_CELLS_MAX = 1000 * 1000, CONTACT_NAMES_MAX = 4 * 1000 * 1000, CONTACT_NEAR_MAX = 1000,
       CONTACT_COPIES_MAX = 16 * 1000 * 1000 };

enum cell_kind { CELL_CLIENT, CELL_INDICATOR, CELL_USER, CELL_AGENT,
                 CELL_HOST,     /* asked for, where an address or network was found by its server */
                 CELL_SELF };   /* the client is that address itself, or of that network: no contact */

struct place { int64_t time; uint64_t offset; uint32_t source; };

/* The client's rows: all of them, or those of one indicator, user or agent. */
struct contact_cell {
    uint32_t client, machine;      /* names ids; machine: its name in --clients, NAME_OTHER: none */
    uint32_t kind, thing;          /* enum cell_kind; indicator's number, names id; 0 for CELL_CLIENT */
    uint32_t of;                   /* CELL_HOST: indicator's number; else 0 */
    int64_t stamp;                 /* of its earliest row, as logged */
    struct contact_sum sum;
    struct place first, last;      /* by when the transfer began, by when it ended, where that is logged */
};

struct near_row {
    struct place place;
    int64_t start, end, away;      /* away: as in struct contact_row */
    uint64_t line;                 /* hash */
    uint32_t client, machine, user, item;
};

struct contacts;
struct contacts_options {
    const struct indicators *set;
    const struct clients *clients; /* NULL: none */
    bool many_sources;             /* the same line may stand in two inputs: it counts once */
    int64_t at, within;            /* at INT64_MIN: not given */
    size_t near_max;               /* rows kept near it, at most CONTACT_NEAR_MAX */
};

struct contacts *contacts_new(const struct contacts_options *o); /* borrows what the options name */
void contacts_free(struct contacts *c);

struct contacts_worker;
struct contacts_worker *contacts_worker_new(struct contacts *c);
void contacts_event(struct contacts_worker *w, uint32_t source, uint64_t offset, span line, const event *e);
void contacts_worker_close(struct contacts_worker *w);   /* adds its sums to `c` */

/* After the last worker was closed. */
struct contacts_folded {
    struct contact_cell *cells;    /* by client's name, machine, kind, thing */
    size_t n;
    struct near_row *near;         /* nearest first */
    size_t near_n;
    struct contact_sum elsewhere;
    uint64_t copies, hidden_urls, refused; /* refused: rows or parts of rows that found no room */
    const struct names *clients, *machines, *users, *agents, *hosts;
};
void contacts_finish(struct contacts *c, struct contacts_folded *out);

void contact_sum_add(struct contact_sum *to, const struct contact_sum *from);

#endif
