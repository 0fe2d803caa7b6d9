/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/intake.h"

#include "base/arena.h"
#include "base/hash.h"
#include "event/host.h"

/* Slots per worker: a large office's hosts of a day, and several times its clients. */
enum { HOST_SLOTS = 1 << 16, CLIENT_SLOTS = 1 << 14, OTHER_SLOTS = 1 << 12, SEEN_PAIRS = 1 << 12,
       SPELLINGS_MAX = 1 << 18 };

/* What a worker remembers of a spelling: its id, and a hash of what partitions need (client, domain). One line
 * of cache; a longer text is `far`, in a names table, which never moves text. */
enum { NEAR_BYTES = 40, FAR_BYTES = 1024 /* longer spellings are not remembered: memory stays bounded */ };
struct spelling {
    _Alignas(64) uint64_t hash;
    uint32_t id, extra;
    uint32_t n;             /* bytes of the text + 1; 0: nothing is remembered here */
    union { char near[NEAR_BYTES]; const char *far; } text;
};
_Static_assert(sizeof(struct spelling) == 64, "a look-up touches one line of cache");

/* A text on its way to an id. Its hash is taken when the event comes in and its slot is asked for from memory;
 * by the time its batch is finished, the slot is there. */
struct lookup {
    span raw;
    uint64_t hash;
};

/* An event on its way to a row; its spans live as long as the block. */
struct draft {
    struct row row;
    struct lookup client, host, agent, referer, user, server;
    span path, mime;
    bool has_user, has_server, has_session;
    uint8_t partition;
};

enum { BATCH = 16 };

struct intake_worker {
    struct intake *in;
    struct row_writer *rows, *sessions;   /* sessions: NULL where there are none */
    struct names *spellings;    /* the cache's own copies of spellings that are not canonical */
    struct draft drafts[BATCH];
    size_t draft_n;
    struct spelling clients[CLIENT_SLOTS], hosts[HOST_SLOTS], agents[OTHER_SLOTS], users[OTHER_SLOTS],
        servers[OTHER_SLOTS], referers[OTHER_SLOTS];
    uint64_t seen_users[SEEN_PAIRS], seen_servers[SEEN_PAIRS];
};

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
    in->domains = names_new(HOSTS_MAX);
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
    row_store_free(in->sessions);
    names_free(in->clients);
    names_free(in->hosts);
    names_free(in->agents);
    names_free(in->files);
    names_free(in->users);
    names_free(in->servers);
    names_free(in->domains);
    companions_free(in->client_users);
    companions_free(in->host_servers);
    mem_free(in);
}

struct intake_worker *intake_worker_new(struct intake *in)
{
    struct intake_worker *w = mem_map(sizeof *w);
    w->in = in;
    w->rows = row_writer_new(in->rows);
    w->sessions = in->sessions ? row_writer_new(in->sessions) : NULL;
    w->spellings = names_new(SPELLINGS_MAX);
    return w;
}

fault intake_worker_close(struct intake_worker *w)
{
    fault f = row_writer_close(w->rows), of_sessions = w->sessions ? row_writer_close(w->sessions) : NO_FAULT;
    names_free(w->spellings);
    mem_unmap(w, sizeof *w);
    return f.kind ? f : of_sessions;
}

static inline bool is_spelling(const struct spelling *s, struct lookup l)
{
    if (s->hash != l.hash || s->n != l.raw.n + 1)
        return false;
    return l.raw.n == 0 || memcmp(l.raw.n <= NEAR_BYTES ? s->text.near : s->text.far, l.raw.p, l.raw.n) == 0;
}

/* The second place of a spelling, or the first, cleared for a newcomer: what was there moves to the second. */
static __attribute__((noinline)) struct spelling *find_further(struct spelling *first, struct spelling *second,
                                                               struct lookup l, bool *known)
{
    *known = is_spelling(second, l);
    if (*known)
        return second;
    *second = *first;
    first->hash = l.hash;
    first->n = 0;
    return first;
}

/* Two places for each spelling, side by side; nearly always it is in the first. */
static inline struct spelling *find_spelling(struct spelling *cache, size_t size, struct lookup l, bool *known)
{
    size_t at = l.hash & (size - 1);
    *known = is_spelling(&cache[at], l);
    return *known ? &cache[at] : find_further(&cache[at], &cache[at ^ 1], l, known);
}

static struct lookup ask(struct spelling *cache, size_t size, span raw)
{
    struct lookup l = {raw, hash64(raw)};
    __builtin_prefetch(&cache[l.hash & (size - 1) & ~(size_t)1]);
    return l;
}

/* The cache's own copy of a spelling. A long one lies with the names: `stored` where it is canonical, as nearly
 * all are. */
static void keep_spelling(struct intake_worker *w, struct spelling *s, span raw, span stored)
{
    s->n = (uint32_t)min_u64(raw.n, UINT32_MAX - 1) + 1;
    if (raw.n <= NEAR_BYTES) {
        if (raw.n)
            memcpy(s->text.near, raw.p, raw.n);
        return;
    }
    if (!span_eq(raw, stored) && raw.n <= FAR_BYTES)
        names_id(w->spellings, raw, &stored);
    s->text.far = stored.p;
    if (!span_eq(raw, stored)) /* no room for it: nothing is remembered */
        s->n = 0;
}

/* Text that is its own canonical form: agents. */
static uint32_t agent_id(struct intake_worker *w, struct lookup l)
{
    bool known;
    struct spelling *s = find_spelling(w->agents, COUNT_OF(w->agents), l, &known);
    if (!known) {
        span stored;
        s->id = names_id(w->in->agents, l.raw, &stored);
        keep_spelling(w, s, l.raw, stored);
    }
    return s->id;
}

/* Users: letter case folded; DOMAIN\ and @realm are kept: two domains may have the same name. */
static uint32_t user_id(struct intake_worker *w, struct lookup l)
{
    bool known;
    struct spelling *s = find_spelling(w->users, COUNT_OF(w->users), l, &known);
    if (!known) {
        char folded[256];
        size_t n = l.raw.n < sizeof folded ? l.raw.n : sizeof folded;
        for (size_t i = 0; i < n; i++)
            folded[i] = ascii_lower(l.raw.p[i]);
        span stored;
        s->id = names_id(w->in->users, span_of(folded, n), &stored);
        keep_spelling(w, s, l.raw, stored);
    }
    return s->id;
}

static const struct spelling *address_spelling(struct intake_worker *w, struct spelling *cache, size_t size,
                                               struct names *names, struct lookup l)
{
    bool known;
    struct spelling *s = find_spelling(cache, size, l, &known);
    if (!known) {
        host_name canonical;
        address_canon(l.raw, &canonical);
        span stored;
        s->id = names_id(names, host_span(&canonical), &stored);
        s->extra = (uint32_t)hash64(host_span(&canonical));
        keep_spelling(w, s, l.raw, stored);
    }
    return s;
}

/* Asking the Public Suffix List takes microseconds: it is asked once per host, and noted. */
static uint32_t domain_hash(struct intake *in, uint32_t host, span name)
{
    span domain;
    uint32_t id = names_note(in->hosts, host);
    if (id) {
        domain = names_text_now(in->domains, id);
    } else {
        id = names_id(in->domains, known_domain(in->suffixes, name), &domain);
        names_set_note(in->hosts, host, id);
    }
    return (uint32_t)hash64(domain);
}

static const struct spelling *host_spelling(struct intake_worker *w, struct lookup l)
{
    bool known;
    struct spelling *s = find_spelling(w->hosts, COUNT_OF(w->hosts), l, &known);
    if (!known) {
        host_name canonical;
        uint16_t port;
        host_canon(l.raw, &canonical, &port);
        span stored;
        s->id = names_id(w->in->hosts, host_span(&canonical), &stored);
        s->extra = domain_hash(w->in, s->id, host_span(&canonical));
        keep_spelling(w, s, l.raw, stored);
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
        if (span_eq(m, names[i].name) || span_eq_nocase(m, names[i].name))
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
    f |= e->relay != RELAY_NOT ? ROW_RELAYED : 0;
    f |= e->relay == RELAY_NAMED ? ROW_RELAYED_NAMED : 0;
    f |= span_ends(event_text(e, FIELD_PROTO), SPAN("1.0")) ? ROW_OLD_PROTO : 0;
    return f;
}

static void put_path(struct intake_worker *w, const struct draft *d, struct row *r)
{
    span name = {NULL, 0};
    enum file_class by_mime = d->mime.n ? known_mime_class(d->mime) : FILE_NONE;
    if (row_method(r) != METHOD_CONNECT) {
        enum file_class by_name = known_file(d->path, &name);
        if (file_is_payload(by_name) || by_mime == FILE_EXECUTABLE) {
            r->flags |= ROW_FILE | (uint32_t)by_mime << ROW_MIME_SHIFT;
            r->path = names_id(w->in->files, span_take(name, 255), NULL);
            return;
        }
    }
    r->path = (uint32_t)hash64(d->path);
}

static uint64_t number_or_0(const event *e, enum field f, uint64_t max)
{
    return event_has(e, f) ? min_u64(e->at[f].number, max) : 0;
}

/* The host of "http://host/...", the shape of nearly every Referer, with its port and userinfo if any: a key to
 * look up. Anything else is split by the rules. */
static span referer_host(span url)
{
    size_t start = span_starts(url, SPAN("https://")) ? 8 : span_starts(url, SPAN("http://")) ? 7 : 0;
    const char *slash = start ? memchr(url.p + start, '/', url.n - start) : NULL;
    return slash ? span_of(url.p + start, (size_t)(slash - url.p) - start) : url_split(url, false).host;
}

static uint16_t referer_id(struct intake_worker *w, struct lookup l)
{
    bool known;
    struct spelling *s = find_spelling(w->referers, COUNT_OF(w->referers), l, &known);
    if (!known) {
        host_name host;
        uint16_t port;
        host_canon(l.raw, &host, &port);
        s->extra = intake_referer_hash(host_span(&host));
        keep_spelling(w, s, l.raw, (span){NULL, 0});
    }
    return (uint16_t)s->extra;
}

/* The second half of an event: names to ids, now that their slots are near. */
static void resolve(struct intake_worker *w, struct draft *d)
{
    struct intake *in = w->in;
    struct row *r = &d->row;
    const struct spelling *client = address_spelling(w, w->clients, COUNT_OF(w->clients), in->clients, d->client);
    const struct spelling *host = host_spelling(w, d->host);
    r->client = client->id;
    r->host = host->id;
    r->agent = row_agent_state(r) == STATE_UNLOGGED ? NAME_OTHER : agent_id(w, d->agent);
    r->referer = row_referer_state(r) == STATE_VALUE ? referer_id(w, d->referer) : 0;
    put_path(w, d, r);
    if (d->has_user)
        note_companions(w->seen_users, in->client_users, r->client, user_id(w, d->user));
    if (d->has_server)
        note_companions(w->seen_servers, in->host_servers, r->host,
                        address_spelling(w, w->servers, COUNT_OF(w->servers), in->servers, d->server)->id);
    if (d->has_session)
        return;
    d->partition = intake_partition(in, client->extra, host->extra);
    row_expect(w->rows, d->partition);
}

fault intake_flush(struct intake_worker *w)
{
    size_t n = w->draft_n;
    w->draft_n = 0;
    for (size_t i = 0; i < n; i++)
        resolve(w, &w->drafts[i]);
    for (size_t i = 0; i < n; i++)
        TRY(row_write(w->drafts[i].has_session ? w->sessions : w->rows, w->drafts[i].partition, &w->drafts[i].row));
    return NO_FAULT;
}

static void put_session(struct draft *d, const event *e)
{
    uint64_t hash = hash64(e->at[FIELD_SESSION].text);
    d->row.flags |= (uint32_t)e->session << ROW_SESSION_SHIFT;
    d->row.line = (uint32_t)hash | !(uint32_t)hash;
    d->partition = (uint8_t)(hash >> 56);
}

fault intake_event(struct intake_worker *w, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct draft *d = &w->drafts[w->draft_n++];
    d->row = (struct row){
        .time = e->at[FIELD_TIME].ms,
        .line = w->in->many_sources ? (uint32_t)hash64(line) : 0,
        .origin = (uint64_t)source << ROW_OFFSET_BITS | offset,
        .out = number_or_0(e, FIELD_BYTES_OUT, ROW_BYTES_MAX) & ROW_BYTES_MAX,
        .in = number_or_0(e, FIELD_BYTES_IN, ROW_BYTES_MAX) & ROW_BYTES_MAX,
        .status = (uint16_t)number_or_0(e, FIELD_STATUS, UINT16_MAX),
        .port = (uint16_t)number_or_0(e, FIELD_PORT, UINT16_MAX),
        .duration = (uint32_t)number_or_0(e, FIELD_DURATION, UINT32_MAX),
        .flags = flags_of(e, method_of(e)),
    };
    d->has_session = e->session != SESSION_APART && w->sessions && event_has(e, FIELD_SESSION);
    if (d->has_session)
        put_session(d, e);
    d->client = ask(w->clients, COUNT_OF(w->clients), event_text(e, FIELD_CLIENT));
    d->host = ask(w->hosts, COUNT_OF(w->hosts), event_text(e, FIELD_HOST));
    d->agent = ask(w->agents, COUNT_OF(w->agents), span_take(event_text(e, FIELD_AGENT), AGENT_BYTES_MAX));
    if (event_has(e, FIELD_REFERER))
        d->referer = ask(w->referers, COUNT_OF(w->referers), referer_host(event_text(e, FIELD_REFERER)));
    d->has_user = event_has(e, FIELD_USER);
    if (d->has_user)
        d->user = ask(w->users, COUNT_OF(w->users), event_text(e, FIELD_USER));
    d->has_server = event_has(e, FIELD_SERVER_IP);
    if (d->has_server)
        d->server = ask(w->servers, COUNT_OF(w->servers), event_text(e, FIELD_SERVER_IP));
    d->path = event_text(e, FIELD_PATH);
    d->mime = event_text(e, FIELD_MIME);
    return w->draft_n == BATCH ? intake_flush(w) : NO_FAULT;
}
