/* SPDX-License-Identifier: Apache-2.0 */
/* tables/intake.h: events to rows. What all workers share (names, rows, who was seen with what), and one
 * intake_worker per thread that turns an event into a row without taking a lock for anything seen before. */
#ifndef KONSEKI_INTAKE_H
#define KONSEKI_INTAKE_H

#include "base/hash.h"
#include "event/client.h"
#include "known/known.h"
#include "tables/companions.h"
#include "tables/names.h"
#include "tables/rows.h"

/* Limits: past them a name is "(other)", a companion is not listed; both are counted and said. */
enum { CLIENTS_MAX = 4 * 1000 * 1000, HOSTS_MAX = 32 * 1000 * 1000, AGENTS_MAX = 4 * 1000 * 1000,
       FILES_MAX = 4 * 1000 * 1000, COMPANIONS_MAX = 8 * 1000 * 1000,
       AGENT_BYTES_MAX = 1024 /* agents that begin alike for so long are one; evidence has the whole line */ };

struct intake {
    const struct suffixes *suffixes;
    struct names *clients, *hosts, *agents, *files, *users, *servers;
    struct names *domains;   /* a host's note is the id of its registrable domain */
    struct companions *client_users, *host_servers;
    struct row_store *rows;
    struct row_store *sessions;   /* rows that tables/sessions.h joins; owned; NULL: no layout names sessions */
    bool is_chained;         /* proxies are declared: all rows of a domain lie in one partition, so that what two logs
                              * tell can be told from what happened twice */
    const struct client_rule *clients_are;   /* NULL: addresses, no proxies */
    const struct overlap_copy *copies;   /* rows that another source tells better: borrowed; set before they are read */
    size_t copy_n;
    bool many_sources;       /* rows keep their line's hash: copies in other sources are possible */
};

struct intake *intake_new(const struct suffixes *suffixes, struct row_store *rows, bool many_sources);
void intake_seal(struct intake *in);     /* after the last worker was closed */
void intake_free(struct intake *in);     /* not the rows, not the suffixes */

/* Of 32 bits of the hashes of the client and of the registrable domain. */
static inline uint8_t intake_partition(const struct intake *in, uint32_t client, uint32_t domain)
{
    return (uint8_t)(hash_mix((uint64_t)(in->is_chained ? 0 : client) << 32 | domain) >> 56);
}

/* What a row keeps of its Referer's canonical host; never 0. */
static inline uint16_t intake_referer_hash(span host) { return (uint16_t)(hash64(host) % 65535 + 1); }

struct intake_worker;
struct intake_worker *intake_worker_new(struct intake *in);
/* One event of `source`: appends its row, with a few others at a time: the spans of `e` must live until the next
 * intake_flush. FAULT_IO: the temporary file. */
fault intake_event(struct intake_worker *w, uint32_t source, uint64_t offset, span line, const event *e) MUST_USE;
fault intake_flush(struct intake_worker *w) MUST_USE;   /* before the block of the events is read over */
fault intake_worker_close(struct intake_worker *w) MUST_USE;

#endif
