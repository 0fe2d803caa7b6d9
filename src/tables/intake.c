/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/intake.h"

#include "base/arena.h"
#include "base/hash.h"
#include "event/host.h"

enum { SPELLINGS = 1 << 14, SEEN_PAIRS = 1 << 12 };

/* What a worker remembers of a spelling: its id, and a hash of what partitions need (client, domain). A
 * direct-mapped cache: a newcomer replaces. `raw` points into a names table, which never moves text. */
struct spelling {
    uint64_t hash;
    span raw;
    uint32_t id;
    uint32_t extra;
};

struct intake_worker {
    struct intake *in;
    struct row_writer *rows;
    struct names *spellings;    /* the cache's own copies of spellings that are not canonical */
    struct spelling clients[SPELLINGS / 4], hosts[SPELLINGS], agents[SPELLINGS / 4], users[SPELLINGS / 4],
        servers[SPELLINGS / 4], referers[SPELLINGS / 4];
    uint64_t seen_users[SEEN_PAIRS], seen_servers[SEEN_PAIRS];
};

void intake_counts_clear(struct intake_counts *c) { *c = (struct intake_counts){.first = INT64_MAX, .last = INT64_MIN}; }

void intake_counts_add(struct intake_counts *to, const struct intake_counts *from)
{
    to->records += from->records;
    to->events += from->events;
    to->skipped += from->skipped;
    to->bad += from->bad;
    to->first = min_i64(to->first, from->first);
    to->last = max_i64(to->last, from->last);
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        to->value[f] += from->value[f];
        to->blank[f] += from->blank[f];
    }
}

struct intake *intake_new(const struct suffixes *suffixes, struct row_store *rows, bool many_sources)
{
    struct intake *in = mem_alloc(sizeof *in);
    in->suffixes = suffixes;
    in->rows = rows;
    in->many_sources = many_sources;
    in->clients = names_new(CLIENTS_MAX);
    in->hosts = names_new(HOSTS_MAX);
    in->agents = names_new(AGENTS_MAX);
    in->files = names_new(FILES_MAX);
    in->users = names_new(CLIENTS_MAX);
    in->servers = names_new(CLIENTS_MAX);
    in->client_users = companions_new(COMPANIONS_MAX);
    in->host_servers = companions_new(COMPANIONS_MAX);
    return in;
}

void intake_seal(struct intake *in)
{
    companions_seal(in->client_users);
    companions_seal(in->host_servers);
}

void intake_free(struct intake *in)
{
    if (!in)
        return;
    names_free(in->clients);
    names_free(in->hosts);
    names_free(in->agents);
    names_free(in->files);
    names_free(in->users);
    names_free(in->servers);
    companions_free(in->client_users);
    companions_free(in->host_servers);
    mem_free(in);
}

struct intake_worker *intake_worker_new(struct intake *in)
{
    struct intake_worker *w = mem_alloc(sizeof *w);
    w->in = in;
    w->rows = row_writer_new(in->rows);
    w->spellings = names_new(SPELLINGS * 16);
    return w;
}

fault intake_worker_close(struct intake_worker *w)
{
    fault f = row_writer_close(w->rows);
    names_free(w->spellings);
    mem_free(w);
    return f;
}

static struct spelling *find_spelling(struct spelling *cache, size_t size, span raw, bool *known)
{
    uint64_t hash = hash64(raw);
    struct spelling *s = &cache[hash & (size - 1)];
    *known = s->raw.p && s->hash == hash && span_eq(s->raw, raw);
    s->hash = hash;
    return s;
}

/* Text that is its own canonical form: agents. */
static uint32_t plain_id(struct spelling *cache, size_t size, struct names *names, span raw)
{
    bool known;
    struct spelling *s = find_spelling(cache, size, raw, &known);
    if (!known)
        s->id = names_id(names, raw, &s->raw);
    return s->id;
}

/* Users: letter case folded; DOMAIN\ and @realm are kept: two domains may have the same name. */
static uint32_t user_id(struct intake_worker *w, span raw)
{
    bool known;
    struct spelling *s = find_spelling(w->users, COUNT_OF(w->users), raw, &known);
    if (!known) {
        char folded[256];
        size_t n = raw.n < sizeof folded ? raw.n : sizeof folded;
        for (size_t i = 0; i < n; i++)
            folded[i] = ascii_lower(raw.p[i]);
        s->id = names_id(w->in->users, span_of(folded, n), NULL);
        names_id(w->spellings, raw, &s->raw);
    }
    return s->id;
}

static const struct spelling *address_spelling(struct intake_worker *w, struct spelling *cache, size_t size,
                                               struct names *names, span raw)
{
    bool known;
    struct spelling *s = find_spelling(cache, size, raw, &known);
    if (!known) {
        host_name canonical;
        address_canon(raw, &canonical);
        s->id = names_id(names, host_span(&canonical), NULL);
        s->extra = (uint32_t)hash64(host_span(&canonical));
        names_id(w->spellings, raw, &s->raw);
    }
    return s;
}

static const struct spelling *host_spelling(struct intake_worker *w, span raw)
{
    bool known;
    struct spelling *s = find_spelling(w->hosts, COUNT_OF(w->hosts), raw, &known);
    if (!known) {
        host_name canonical;
        uint16_t port;
        host_canon(raw, &canonical, &port);
        s->id = names_id(w->in->hosts, host_span(&canonical), NULL);
        s->extra = (uint32_t)hash64(known_domain(w->in->suffixes, host_span(&canonical)));
        names_id(w->spellings, raw, &s->raw);
    }
    return s;
}

static void note_companions(uint64_t *seen, struct companions *set, uint32_t a, uint32_t b)
{
    uint64_t key = ((uint64_t)a << 32 | b) + 1;
    uint64_t *slot = &seen[hash_mix(key) & (SEEN_PAIRS - 1)];
    if (*slot == key)
        return;
    *slot = key;
    companions_add(set, a, b);
}

static enum row_method method_of(const event *e)
{
    static const struct { span name; enum row_method method; } names[] = {
        {{"GET", 3}, METHOD_GET}, {{"POST", 4}, METHOD_POST}, {{"CONNECT", 7}, METHOD_CONNECT},
        {{"HEAD", 4}, METHOD_HEAD}, {{"PUT", 3}, METHOD_PUT},
    };
    span m = event_text(e, FIELD_METHOD);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (span_eq_nocase(m, names[i].name))
            return names[i].method;
    return METHOD_OTHER;
}

/* The first bytes a TLS client sends are 16 03 (base64 FgM); an SSH server's or client's banner is
 * "SSH-" (U1NI). A handshake that was logged and begins otherwise is not TLS. */
static bool is_not_tls(const event *e)
{
    span h = event_text(e, FIELD_HANDSHAKE);
    return h.n >= 4 && !span_starts(h, SPAN("FgM"));
}

static bool stamp_is_start(const event *e)
{
    return event_has(e, FIELD_START) && e->at[FIELD_START].ms == e->at[FIELD_TIME].ms;
}

static uint32_t flags_of(const event *e, enum row_method method)
{
    uint32_t f = method;
    enum outcome outcome = event_has(e, FIELD_OUTCOME) ? (enum outcome)e->at[FIELD_OUTCOME].number : OUTCOME_UNKNOWN;
    f |= (uint32_t)outcome << ROW_OUTCOME_SHIFT;
    f |= (uint32_t)event_state(e, FIELD_AGENT) << ROW_AGENT_SHIFT;
    f |= (uint32_t)event_state(e, FIELD_REFERER) << ROW_REFERER_SHIFT;
    f |= event_has(e, FIELD_BYTES_OUT) ? ROW_HAS_OUT : 0;
    f |= event_has(e, FIELD_BYTES_IN) ? ROW_HAS_IN : 0;
    f |= event_has(e, FIELD_DURATION) ? ROW_HAS_DURATION : 0;
    f |= stamp_is_start(e) ? ROW_STAMP_IS_START : 0;
    f |= e->is_tunnel ? ROW_TUNNEL : 0;
    f |= e->is_tunnel && is_not_tls(e) ? ROW_NOT_TLS : 0;
    f |= event_has(e, FIELD_PROTO) ? ROW_HAS_PROTO : 0;
    f |= span_ends(event_text(e, FIELD_PROTO), SPAN("1.0")) ? ROW_OLD_PROTO : 0;
    f |= event_has(e, FIELD_SNI) ? ROW_HAS_SNI : 0;
    return f;
}

static void put_path(struct intake_worker *w, const event *e, struct row *r)
{
    span path = event_text(e, FIELD_PATH), name = {NULL, 0};
    enum file_class by_mime = known_mime_class(event_text(e, FIELD_MIME));
    if (row_method(r) != METHOD_CONNECT) {
        enum file_class by_name = known_file(path, &name);
        if (file_is_payload(by_name) || by_mime == FILE_EXECUTABLE) {
            r->flags |= ROW_FILE | (uint32_t)by_mime << ROW_MIME_SHIFT;
            r->path = names_id(w->in->files, span_take(name, 255), NULL);
            return;
        }
    }
    r->path = (uint32_t)hash64(path);
}

static void count_fields(struct intake_counts *c, const event *e)
{
    c->events++;
    c->first = min_i64(c->first, e->at[FIELD_TIME].ms);
    c->last = max_i64(c->last, e->at[FIELD_TIME].ms);
    for (uint64_t bits = e->has; bits; bits &= bits - 1)
        c->value[__builtin_ctzll(bits)]++;
    for (uint64_t bits = e->blank; bits; bits &= bits - 1)
        c->blank[__builtin_ctzll(bits)]++;
}

static uint64_t number_or_0(const event *e, enum field f, uint64_t max)
{
    return event_has(e, f) ? min_u64(e->at[f].number, max) : 0;
}

static uint16_t referer_of(struct intake_worker *w, const event *e)
{
    if (!event_has(e, FIELD_REFERER))
        return 0;
    bool known;
    span raw = url_split(event_text(e, FIELD_REFERER), false).host;
    struct spelling *s = find_spelling(w->referers, COUNT_OF(w->referers), raw, &known);
    if (!known) {
        host_name host;
        uint16_t port;
        host_canon(raw, &host, &port);
        s->extra = intake_referer_hash(host_span(&host));
        names_id(w->spellings, raw, &s->raw);
    }
    return (uint16_t)s->extra;
}

fault intake_event(struct intake_worker *w, uint32_t source, uint64_t offset, span line, const event *e,
                   struct intake_counts *counts)
{
    count_fields(counts, e);
    const struct spelling *client = address_spelling(w, w->clients, COUNT_OF(w->clients), w->in->clients,
                                                     event_text(e, FIELD_CLIENT));
    const struct spelling *host = host_spelling(w, event_text(e, FIELD_HOST));
    struct row r = {
        .time = e->at[FIELD_TIME].ms,
        .line = w->in->many_sources ? (uint32_t)hash64(line) : 0,
        .origin = (uint64_t)source << ROW_OFFSET_BITS | offset,
        .out = number_or_0(e, FIELD_BYTES_OUT, ROW_BYTES_MAX) & ROW_BYTES_MAX,
        .in = number_or_0(e, FIELD_BYTES_IN, ROW_BYTES_MAX) & ROW_BYTES_MAX,
        .status = (uint16_t)number_or_0(e, FIELD_STATUS, UINT16_MAX),
        .port = (uint16_t)number_or_0(e, FIELD_PORT, UINT16_MAX),
        .client = client->id,
        .host = host->id,
        .agent = plain_id(w->agents, COUNT_OF(w->agents), w->in->agents, event_text(e, FIELD_AGENT)),
        .duration = (uint32_t)number_or_0(e, FIELD_DURATION, UINT32_MAX),
        .flags = flags_of(e, method_of(e)),
        .referer = referer_of(w, e),
    };
    put_path(w, e, &r);
    if (event_has(e, FIELD_USER))
        note_companions(w->seen_users, w->in->client_users, r.client, user_id(w, event_text(e, FIELD_USER)));
    if (event_has(e, FIELD_SERVER_IP))
        note_companions(w->seen_servers, w->in->host_servers, r.host,
                        address_spelling(w, w->servers, COUNT_OF(w->servers), w->in->servers,
                                         event_text(e, FIELD_SERVER_IP))->id);
    uint64_t place = hash_mix((uint64_t)client->extra << 32 | host->extra);
    return row_write(w->rows, (uint8_t)(place >> 56), &r);
}
