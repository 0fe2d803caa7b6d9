/* SPDX-License-Identifier: Apache-2.0 */
/* Computers whose event logs show them in use while the proxy's log has no row of theirs. */
#include "detect/bypass.h"

#include "detect/relation.h"

enum { USES_MIN = 10, OTHERS_MIN = 3 };   /* events of use; clients that do have rows */

/* Somebody or something works there: a person's logon, a session, a program, a connection. */
static bool is_use(const struct kept *k)
{
    enum windows_meaning means = k->kind->meaning;
    uint64_t type = kept_number(k, WINDOWS_LOGON_TYPE);
    if (means == MEANS_LOGON)
        return type == 2 || type == 7 || type == 10 || type == 11;
    if (means == MEANS_CONNECTION)
        return kept_number(k, WINDOWS_DIRECTION) == DIRECTION_OUT &&
               windows_address_kind(kept_text(k, WINDOWS_REMOTE_ADDRESS)) != ADDRESS_LOOPBACK;
    return means == MEANS_SESSION_LOGON || means == MEANS_SESSION_RECONNECTED || means == MEANS_PROCESS;
}

static void find_client(const struct detecting *d, const struct windows_view *w, uint32_t computer, struct presence *p)
{
    const struct survey *s = d->survey;
    struct computer_client known = computer_client(w->computers, computer, w->computers->items[computer].last);
    uint32_t id;
    p->last_row = INT64_MIN;
    p->client = known.client;
    if (!known.client.n || !names_find(s->intake->clients, known.client, &id) || !s->clients[id].rows)
        return;
    p->client_id = id;
    p->last_row = s->clients[id].last;
}

static void count_uses(const struct windows_view *w, struct presence *all, int64_t silent_ms)
{
    for (size_t i = 0; i < w->store->n; i++) {
        const struct kept *k = w->store->events[i];
        uint32_t computer = is_use(k) ? computer_of(w->computers, k) : COMPUTER_NONE;
        struct presence *p = computer != COMPUTER_NONE ? &all[computer] : NULL;
        int64_t time = p ? k->time + w->clocks[computer].offset : 0;
        if (!p || time < w->log.first || time > w->log.last || (p->last_row != INT64_MIN && time < p->last_row + silent_ms))
            continue;
        p->uses++;
        p->first = p->first ? p->first : k;
        p->last = k;
    }
}

struct presence *bypass_presences(const struct detecting *d, const struct windows_view *w, int64_t silent_ms)
{
    struct presence *all = mem_alloc((w->computers->n + 1) * sizeof *all);
    for (size_t i = 0; i < w->computers->n; i++)
        find_client(d, w, (uint32_t)i, &all[i]);
    count_uses(w, all, silent_ms);
    for (size_t i = 0; i < w->computers->n; i++)
        if (all[i].client.n && all[i].uses >= USES_MIN && d->survey->client_n >= OTHERS_MIN)
            all[i].absence = all[i].last_row == INT64_MIN ? ABSENT_NO_ROWS : ABSENT_STOPS;
    return all;
}
