/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/urls.h"

#include "base/hash.h"

/* Keeps the smallest hashes: the same ones in whatever order URLs come. */
static void keep_url(struct url_fold *f, struct long_url u)
{
    size_t at = f->url_n;
    while (at && f->urls[at - 1].url > u.url)
        at--;
    if (at == URLS_AT_LIMIT || (at && f->urls[at - 1].url == u.url))
        return;
    size_t move = min_u64(f->url_n, URLS_AT_LIMIT - 1) - at;
    memmove(&f->urls[at + 1], &f->urls[at], move * sizeof u);
    f->urls[at] = u;
    f->url_n += f->url_n < URLS_AT_LIMIT;
}

/* Makes room for `rows` rows of that length: what was shorter is forgotten. False where it is shorter itself. */
static bool reach(struct url_fold *f, uint64_t length, uint64_t rows)
{
    if (length < f->longest)
        return false;
    if (length > f->longest) {
        f->longest = length;
        f->at_longest = 0;
        f->url_n = 0;
    }
    f->at_longest += rows;
    return true;
}

void urls_add(struct url_fold *f, const event *e)
{
    span url = event_text(e, FIELD_URL);
    if (!url.n || e->is_tunnel || span_eq_nocase(event_text(e, FIELD_METHOD), SPAN("CONNECT")))
        return;
    f->rows++;
    const char *mark = memchr(url.p, '?', url.n);
    f->marks += mark != NULL;
    f->queries += mark && mark + 1 < url.p + url.n;
    if (reach(f, url.n, 1) && url.n >= URL_LIMIT_MIN)
        keep_url(f, (struct long_url){hash64(url), hash64(event_text(e, FIELD_HOST))});
}

void urls_join(struct url_fold *to, const struct url_fold *from)
{
    to->rows += from->rows;
    to->marks += from->marks;
    to->queries += from->queries;
    if (!from->rows || !reach(to, from->longest, from->at_longest))
        return;
    for (size_t i = 0; i < from->url_n; i++)
        keep_url(to, from->urls[i]);
}

bool urls_are_cut(const struct url_fold *f)
{
    size_t hosts = 0;
    for (size_t i = 0; i < f->url_n; i++) {
        size_t same = 0;
        while (same < i && f->urls[same].host != f->urls[i].host)
            same++;
        hosts += same == i;
    }
    return f->url_n >= URLS_AT_LIMIT / 2 && hosts >= HOSTS_AT_LIMIT;
}

bool urls_are_stripped(const struct url_fold *f) { return f->marks >= QUERIES_MIN && f->queries == 0; }
bool urls_have_no_query(const struct url_fold *f) { return f->rows >= URLS_MIN && f->marks == 0; }
