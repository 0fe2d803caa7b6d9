/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/history.h"

#include "detect/scoring.h"

#include <math.h>

enum { DAY_MS = 86400000 };

static const double OFF_SHARE = 0.9, OFF_DEVIATIONS = 3;

uint32_t history_days_before(const struct detecting *d, int64_t time)
{
    return day_set_before(&d->survey->days, time);
}

bool history_is_new_host(const struct detecting *d, uint32_t host)
{
    int64_t first = d->survey->hosts[host].first;
    return d->survey->has_history && history_days_before(d, first) >= NEW_AFTER_DAYS &&
           d->as_of - first <= (int64_t)NEW_WITHIN_DAYS * DAY_MS;
}

bool history_is_old(const struct detecting *d, int64_t first)
{
    return d->survey->has_history && history_days_before(d, first) <= OLD_FROM_DAYS;
}

bool history_is_off_hour(const struct detecting *d, uint32_t client, int64_t time)
{
    return d->survey->has_history && !active_hours_has(&d->survey->clients[client].active, time);
}

/* What runs all week has the share of the week in which the client rests, give or take a binomial's spread. */
bool history_is_off_hours(const struct detecting *d, const struct pair *p, uint64_t *off)
{
    const struct active_hours *active = &d->survey->clients[p->client].active;
    double rest = active_hours_idle(active) / (double)HOURS_OF_WEEK, n = (double)p->run.n;
    *off = 0;
    if (!d->survey->has_history || rest <= 0 || p->run.n < OFF_ROWS_MIN)
        return false;
    for (size_t i = 0; i < p->run.n; i++)
        *off += !active_hours_has(active, row_start(&p->run.rows[i]));
    return (double)*off >= OFF_SHARE * n && (double)*off > rest * n + OFF_DEVIATIONS * sqrt(n * rest * (1 - rest));
}

uint32_t history_days_of(const struct row *rows, size_t n)
{
    uint32_t days = 0;
    for (size_t i = 0; i < n; i++)
        days += i == 0 || rows[i].time / DAY_MS != rows[i - 1].time / DAY_MS;
    return days;
}

void history_give_new(struct judging *j, size_t index, int points, const struct candidate *c)
{
    int64_t first = j->d->survey->hosts[c->host].first;
    if (!c->is_domain && history_is_new_host(j->d, c->host))
        GIVE(j, index, points, fact_time("host_first", first), fact_count("days", history_days_before(j->d, first)));
}

void history_give_off_hours(struct judging *j, size_t index, int points, const struct candidate *c)
{
    if (c->is_off_hours)
        GIVE(j, index, points, fact_count("off", c->pair_off), fact_count("rows", c->pair_rows));
}

void history_give_off_hour(struct judging *j, size_t index, int points, const struct candidate *c, int64_t time)
{
    if (history_is_off_hour(j->d, c->client, time))
        GIVE(j, index, points, fact_time("time", time));
}
