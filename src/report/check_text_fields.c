/* SPDX-License-Identifier: Apache-2.0 */
/* How often each field holds a value, and which of those that the questions rest on are missing. */
#include "report/check_text.h"

/* What the screen lists; the others follow from these, or hardly any log has them. */
static const enum field shown[] = {
    FIELD_TIME, FIELD_CLIENT, FIELD_USER, FIELD_METHOD, FIELD_URL, FIELD_STATUS, FIELD_BYTES_OUT, FIELD_BYTES_IN,
    FIELD_BYTES_TOTAL, FIELD_DURATION, FIELD_AGENT, FIELD_REFERER, FIELD_MIME, FIELD_SERVER_IP, FIELD_SNI,
};
static const uint64_t missed = FIELD_BIT(BYTES_OUT) | FIELD_BIT(BYTES_IN) | FIELD_BIT(DURATION) | FIELD_BIT(USER) |
                               FIELD_BIT(SERVER_IP) | FIELD_BIT(SNI) | FIELD_BIT(AGENT) | FIELD_BIT(REFERER) | FIELD_BIT(MIME) |
                               FIELD_BIT(METHOD) | FIELD_BIT(URL) | FIELD_BIT(STATUS) | FIELD_BIT(CLIENT) | FIELD_BIT(PROTO) |
                               FIELD_BIT(HANDSHAKE);

static span share_of(struct page *p, const struct view *v, enum field f)
{
    const struct traffic_fold *t = &v->fold.traffic;
    struct fact field = fact_text("field", page_fields(p, UINT64_C(1) << f));
    if (f == FIELD_REFERER && t->referer_rows)
        return SAY(p, CHECK_FIELD_REFERER, field, fact_share("share", (double)t->referers / (double)t->referer_rows));
    return SAY(p, CHECK_FIELD, field, fact_share("share", (double)v->value[f] / (double)v->events));
}

static void put_fields(struct check_screen *s, const struct view *v)
{
    struct page *p = &s->page;
    span text = {NULL, 0};
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (v->filled >> shown[i] & 1)
            text = page_join(p, text, page_words(p, TEXT_LIST_SEPARATOR).p, share_of(p, v, shown[i]));
    span title = s->r->audit.view_n == 1 ? page_words(p, TEXT_CHECK_FIELDS)
                                         : SAY(p, CHECK_FIELDS_OF, fact_text("name", v->name));
    page_blank(p);
    page_entry(p, &(struct entry){.label = title, .paint = PAINT_BOLD, .hang = 8, .text = text});
    if (missed & ~v->filled)
        page_entry(p, &(struct entry){.hang = 8, .text = SAY(p, CHECK_MISSING, fact_text("fields", page_fields(p, missed & ~v->filled)))});
}

void check_fields(struct check_screen *s)
{
    const struct audit *audit = &s->r->audit;
    for (size_t i = 0; i < audit->view_n; i++)
        if (audit->views[i].events && (audit->view_n == 1 || s->options->all))
            put_fields(s, &audit->views[i]);
}
