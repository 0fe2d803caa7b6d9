/* SPDX-License-Identifier: Apache-2.0 */
/* report/who_csv.c: one row for each client and indicator. The columns are a contract: docs/who.md. */
#include "report/csv.h"
#include "report/who.h"

static const char *const columns[] = {"client", "client_name", "role", "users", "indicator", "kind", "rows", "first", "last",
                                      "unknown", "allowed", "blocked", "auth_required", "failed", "cached", "bytes_out",
                                      "bytes_in", "agents", "hosts", NULL};

/* Several in one cell: with " | " between them, most rows first. `of`: of this indicator alone. */
static void put_items(struct csv *c, const struct contact_items *list, const struct contact_item *of)
{
    sink text = sink_memory();
    bool is_first = true;
    for (size_t i = 0; i < list->n; i++) {
        if (of && list->items[i].number != of->number)
            continue;
        sink_str(&text, is_first ? "" : " | ");
        is_first = false;
        sink_put(&text, list->items[i].text.n ? list->items[i].text : SPAN("(blank)"));
    }
    csv_text(c, sink_text(&text));
    if (sink_done(&text).kind)
        panic("a sink in memory failed");
}

static void put_bytes(struct csv *c, uint64_t rows, uint64_t bytes)
{
    if (rows)
        csv_u64(c, bytes);
    else
        csv_empty(c);
}

static void put_row(struct csv *c, const struct who_result *w, const struct contact *who, const struct contact_item *item)
{
    csv_text(c, who->client);
    csv_text(c, who->client_name);
    csv_text(c, who->role);
    put_items(c, &who->users, NULL);
    csv_text(c, item->text);
    csv_string(c, w->asked[item->number].kind);
    csv_u64(c, item->sum.rows);
    csv_time(c, item->sum.first);
    csv_time(c, item->sum.last);
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        csv_u64(c, item->sum.outcomes[i]);
    put_bytes(c, item->sum.out_rows, item->sum.bytes_out);
    put_bytes(c, item->sum.in_rows, item->sum.bytes_in);
    put_items(c, &who->agents, NULL);
    put_items(c, &who->hosts, item);
    csv_end_row(c);
}

void who_csv(const struct who_result *w, sink *o)
{
    struct csv c = csv_begin(o);
    csv_head(&c, columns);
    for (size_t i = 0; i < w->contact_n; i++)
        for (size_t k = 0; k < w->contacts[i].indicators.n; k++)
            put_row(&c, w, &w->contacts[i], &w->contacts[i].indicators.items[k]);
}
