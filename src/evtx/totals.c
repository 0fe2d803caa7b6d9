/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/totals.h"

#include <stdarg.h>
#include <stdio.h>

static void meet(struct met *m, uint64_t offset)
{
    if (m->n++ == 0)
        m->first = offset;
}

void totals_head(struct event_totals *t, const struct tally *head)
{
    t->is_dirty = head->flags & TALLY_DIRTY;
    t->has_no_checksums = head->flags & TALLY_NO_CHECKSUMS;
    t->head_is_wrong = (head->flags & TALLY_HEADER_CHECKSUM) && !t->has_no_checksums;
}

void totals_add(struct event_totals *t, const struct tally *part, uint64_t offset)
{
    t->records += part->records;
    t->carved += part->carved;
    if (part->refused) {
        t->refused.first = t->refused.n ? t->refused.first : part->first_refused;
        t->refused.n += part->refused;
    }
    if ((part->flags & TALLY_HEADER_CHECKSUM) && !t->has_no_checksums)
        meet(&t->header_checksum, offset);
    if ((part->flags & TALLY_DATA_CHECKSUM) && !t->has_no_checksums)
        meet(&t->data_checksum, offset);
    if (part->flags & TALLY_NO_CHUNK)
        meet(&t->no_chunk, offset);
    if (part->flags & TALLY_CUT) {
        t->is_cut = true;
        t->cut_at = offset;
    }
}

struct saying { char text[420]; size_t n; };

static void PRINTF(2, 3) add(struct saying *s, const char *fmt, ...)
{
    va_list args;
    size_t room = sizeof s->text - s->n;
    int between = snprintf(s->text + s->n, room, "%s", s->n ? "; " : "");
    va_start(args, fmt);
    int n = vsnprintf(s->text + s->n + between, room - (size_t)between, fmt, args);
    va_end(args);
    if (n > 0 && (size_t)(n + between) < room)
        s->n += (size_t)(n + between);
    else
        s->text[s->n] = '\0'; /* what does not fit is left out whole */
}

static void add_met(struct saying *s, const struct met *m, const char *what)
{
    if (m->n == 1)
        add(s, "%s (the chunk at byte %llu)", what, (unsigned long long)m->first);
    else if (m->n)
        add(s, "%s (%llu chunks, the first at byte %llu)", what, (unsigned long long)m->n, (unsigned long long)m->first);
}

fault totals_say(const struct event_totals *t, const char *path)
{
    struct saying s = {.n = 0};
    bool is_missing = t->refused.n || t->is_cut;
    if (t->refused.n)
        add(&s, "%llu of %llu records could not be read, the first at byte %llu", (unsigned long long)t->refused.n,
            (unsigned long long)(t->refused.n + t->records), (unsigned long long)t->refused.first);
    if (t->is_cut)
        add(&s, "it ends inside the chunk at byte %llu", (unsigned long long)t->cut_at);
    add_met(&s, &t->no_chunk, "where a chunk should begin there is something else");
    if (t->carved)
        add(&s, "%llu records were found by their first bytes alone", (unsigned long long)t->carved);
    add_met(&s, &t->data_checksum, "the checksum over records is wrong");
    add_met(&s, &t->header_checksum, "the checksum of a chunk's head is wrong");
    if (t->head_is_wrong)
        add(&s, "the file's own head is damaged");
    if (t->is_dirty)
        add(&s, "it was in use when it was copied: events that were not yet written are not in it");
    if (!s.n)
        return NO_FAULT;
    fault f = fault_make(FAULT_CORRUPT, "%s: %s", path, s.text);
    if (!is_missing)
        f.kind = FAULT_NONE;
    return f;
}
