/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/people.h"

#include "base/arena.h"
#include "base/hash.h"
#include "event/host.h"

enum { FIRST_SLOTS = 64 };

enum client_look people_look(span client)
{
    host_name canonical;
    size_t digits = 0;
    if (address_canon(client, &canonical))
        return span_ends(host_span(&canonical), SPAN(".0")) || span_ends(host_span(&canonical), SPAN("::")) ? LOOK_MASKED
                                                                                                          : LOOK_ADDRESS;
    for (size_t i = 0; i < client.n && digits < TOKEN_DIGITS; i++)
        digits = ascii_hex(client.p[i]) >= 0 ? digits + 1 : 0;
    return digits >= TOKEN_DIGITS ? LOOK_TOKEN : LOOK_NAME;
}

/* The slot of a hash, or the free one where it belongs. */
static size_t slot_of(const struct people_fold *f, uint64_t hash)
{
    size_t at = hash_mix(hash) & (f->slots - 1);
    while (f->hashes[at] && f->hashes[at] != hash)
        at = (at + 1) & (f->slots - 1);
    return at;
}

static void grow(struct people_fold *f)
{
    struct people_fold old = *f;
    f->slots = old.slots ? old.slots * 2 : FIRST_SLOTS;
    f->hashes = mem_alloc(f->slots * sizeof *f->hashes);
    f->looks = mem_alloc(f->slots);
    for (size_t i = 0; i < old.slots; i++)
        if (old.hashes[i]) {
            size_t at = slot_of(f, old.hashes[i]);
            f->hashes[at] = old.hashes[i];
            f->looks[at] = old.looks[i];
        }
    mem_free(old.hashes);
    mem_free(old.looks);
}

/* True where the hash is new and there is room for it. */
static bool enter(struct people_fold *f, uint64_t hash, size_t *at)
{
    if (f->n * 2 >= f->slots)
        grow(f);
    *at = slot_of(f, hash);
    if (f->hashes[*at] || f->n == PEOPLE_MAX)
        return false;
    f->hashes[*at] = hash;
    f->n++;
    return true;
}

static void keep_first(struct people_fold *f, uint64_t hash, span client)
{
    if (f->first_hash && f->first_hash <= hash)
        return;
    size_t n = min_u64(client.n, sizeof f->first - 1);
    f->first_hash = hash;
    memcpy(f->first, client.p, n);
    f->first[n] = '\0';
}

static uint64_t hash_of(span canonical)
{
    uint64_t hash = hash64(canonical);
    return hash + (hash == 0);
}

void people_add(struct people_fold *f, const event *e)
{
    span client = event_text(e, FIELD_CLIENT);
    uint64_t spelled = hash64(client), *seen = &f->seen[spelled % PEOPLE_SEEN];
    host_name canonical;
    size_t at;
    if (!client.n || *seen == spelled)
        return;
    *seen = spelled;
    address_canon(client, &canonical);
    uint64_t hash = hash_of(host_span(&canonical));
    if (!enter(f, hash, &at))
        return;
    f->looks[at] = (uint8_t)people_look(host_span(&canonical));
    f->look[f->looks[at]]++;
    keep_first(f, hash, host_span(&canonical));
}

bool people_has(const struct people_fold *f, span client)
{
    return f->slots && f->hashes[slot_of(f, hash_of(client))] != 0;
}

void people_join(struct people_fold *to, const struct people_fold *from)
{
    for (size_t i = 0; i < from->slots; i++) {
        size_t at;
        if (!from->hashes[i] || !enter(to, from->hashes[i], &at))
            continue;
        to->looks[at] = from->looks[i];
        to->look[from->looks[i]]++;
    }
    if (from->first_hash)
        keep_first(to, from->first_hash, span_str(from->first));
}

void people_free(struct people_fold *f)
{
    mem_free(f->hashes);
    mem_free(f->looks);
    *f = (struct people_fold){0};
}
