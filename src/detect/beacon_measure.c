/* SPDX-License-Identifier: Apache-2.0 */
/* What a stream of beats looks like besides its rhythm: sizes, methods, paths, Referers, whose agent. */
#include "detect/beacon.h"

#include "base/arena.h"
#include "detect/catching.h"

#include <stdlib.h>

enum { PATHS_COUNTED = 64, DAY_MS = 86400000 };

static void measure_sizes(struct catcher *c, const struct stream *s, struct run run, uint32_t has, struct beacon_measure *m)
{
    size_t n = 0;
    sizes_result result;
    if (!array_reserve((void **)&c->sizes, &c->sizes_capacity, run.n, sizeof *c->sizes, SIZE_MAX / 16))
        panic("out of memory");
    for (size_t i = 0; i < run.n; i++)
        if (stream_has(s, &run.rows[i]) && run.rows[i].flags & has)
            c->sizes[n++] = has == ROW_HAS_OUT ? run.rows[i].out : run.rows[i].in;
    if (n < SIZES_MIN)
        return;
    sizes_regularity(c->sizes, n, c->timing, &result);
    if (result.points > m->size_points) {
        m->size_points = result.points;
        m->size_share = result.share;
        m->size_mode = result.mode;
    }
}

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

static uint64_t median_out(struct catcher *c, const struct stream *s, struct run run)
{
    size_t n = 0;
    for (size_t i = 0; i < run.n; i++)
        if (stream_has(s, &run.rows[i]) && run.rows[i].flags & ROW_HAS_OUT)
            c->sizes[n++] = run.rows[i].out;
    if (n == 0)
        return 0;
    qsort(c->sizes, n, sizeof *c->sizes, by_value);
    return c->sizes[n / 2];
}

static void count_path(uint32_t *paths, struct beacon_measure *m, uint32_t path)
{
    for (size_t i = 0; i < m->paths; i++)
        if (paths[i] == path)
            return;
    if (m->paths < PATHS_COUNTED)
        paths[m->paths++] = path;
}

static void measure_rows(struct catcher *c, const struct pair *p, struct beacon_measure *m, struct candidate *made)
{
    const struct survey *survey = c->d->survey;
    uint32_t paths[PATHS_COUNTED];
    uint64_t median = median_out(c, &m->stream, p->run);
    const struct row *last = NULL;
    double open_s = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!stream_has(&m->stream, r))
            continue;
        catch_count(made, r);
        m->rows++;
        m->connects += row_method(r) == METHOD_CONNECT;
        m->gets += row_method(r) == METHOD_GET;
        m->posts += row_method(r) == METHOD_POST;
        m->blocked += row_outcome(r) == OUTCOME_BLOCKED;
        m->days += !last || r->time / DAY_MS != last->time / DAY_MS;
        last = r;
        m->big_outs += r->flags & ROW_HAS_OUT && r->out > 3 * median;
        m->blank_referers += row_method(r) != METHOD_CONNECT && row_referer_state(r) == STATE_BLANK;
        open_s += r->duration / 1000.0;
        if (r->referer) {
            m->referers++;
            m->referers_visited += survey_client_visited(survey, &c->visited, p->client, r->referer);
        }
        count_path(paths, m, r->path);
    }
    double span_s = (double)(made->last - made->first) / 1000.0;
    m->held = span_s > 0 ? open_s / span_s : 0;
    m->open_s = made->flags & ROW_HAS_DURATION ? open_s / (double)m->rows : -1;
    m->out_median = made->flags & ROW_HAS_OUT ? (double)median : -1;
}

/* The agent of most of the stream's rows. A vote with one counter finds it if there is a majority; a stream
 * without one has no agent of its own, and the last candidate is as good as any. */
static void take_agent(struct catcher *c, const struct pair *p, const struct beacon_measure *m, struct candidate *made)
{
    const struct row *agent = NULL;
    size_t votes = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!stream_has(&m->stream, r))
            continue;
        if (!votes)
            agent = r;
        votes = agent->agent == r->agent ? votes + 1 : votes - 1;
    }
    if (agent)
        catch_agent(c->d, made, agent->agent, row_agent_state(agent));
}

static void take_evidence(const struct pair *p, const struct beacon_measure *m, struct candidate *made)
{
    const struct row *first = NULL, *last = NULL, *largest = NULL, *post = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!stream_has(&m->stream, r))
            continue;
        first = first ? first : r;
        last = r;
        largest = !largest || r->out > largest->out ? r : largest;
        post = !post && row_method(r) == METHOD_POST ? r : post;
        if (kept < 5) {
            catch_evidence(made, r);
            kept++;
        }
    }
    if (!first)
        return;
    catch_evidence(made, last);
    catch_evidence(made, largest);
    if (post)
        catch_evidence(made, post);
    catch_sort(made);
}

void beacon_measure_stream(struct catcher *c, const struct pair *p, struct beacon_measure *m, struct candidate *made)
{
    measure_sizes(c, &m->stream, p->run, ROW_HAS_OUT, m);
    measure_sizes(c, &m->stream, p->run, ROW_HAS_IN, m);
    measure_rows(c, p, m, made);
    take_agent(c, p, m, made);
    take_evidence(p, m, made);
}
