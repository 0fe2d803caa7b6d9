/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

static void save_now(struct audit *out, struct sentence s)
{
    if (out->now_n < AUDIT_NOW_MAX)
        out->now[out->now_n++] = s;
}

/* What the next rotation, lease or reboot destroys. */
static void say_now(arena *a, size_t inputs, struct audit *out)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    bool has_connects = false;
    for (size_t i = 0; i < out->view_n; i++) {
        first = min_i64(first, out->views[i].first);
        last = max_i64(last, out->views[i].last);
        has_connects |= out->views[i].fold.traffic.connects > 0;
    }
    struct fact facts[] = {fact_time("first", first), fact_time("last", last), fact_count("inputs", inputs)};
    if (out->view_n)
        save_now(out, (struct sentence){TEXT_NOW_ROTATED, NULL, 0});
    if (has_connects)
        save_now(out, (struct sentence){TEXT_NOW_TUNNELS, NULL, 0});
    if (first <= last)
        save_now(out, sentence_make(a, TEXT_NOW_LOGONS, facts, COUNT_OF(facts)));
    if (out->windows.log_n)
        save_now(out, (struct sentence){TEXT_NOW_EVENT_LOGS, NULL, 0});
    save_now(out, sentence_make(a, TEXT_NOW_MANIFEST, facts, COUNT_OF(facts)));
}

void audit_make(arena *a, const struct auditing *in, struct audit *out)
{
    *out = (struct audit){0};
    audit_views(a, in, out);
    out->remark_max = out->view_n * REMARKS_PER_VIEW + in->copy_n + in->n + REMARKS_PER_VIEW;
    out->remarks = arena_new(a, struct remark, out->remark_max);
    audit_answers(a, out);
    audit_same(a, in, out);
    audit_look_out(a, out);
    if (in->shared.key)
        audit_remark(a, out, "shared_clients", AUDIT_ALL, in->shared.key, in->shared.facts, in->shared.n);
    audit_absent(a, in, out);
    if (in->windows)
        windows_audit_make(a, in->windows, &out->windows);
    say_now(a, in->n, out);
}

void audit_free(struct audit *audit)
{
    for (size_t i = 0; i < audit->view_n; i++)
        fold_free(&audit->views[i].fold);
}
