/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a text with indicators: every one is found again by its own text, and stands where it says. */
#include "fuzz.h"

#include "known/indicator.h"

#include <stdlib.h>

static void check_item(const struct indicators *set, uint32_t item, span text)
{
    const struct indicator *i = &set->items[item];
    uint32_t hits[INDICATOR_HITS_MAX];
    bool has_urls, found = false;
    span host = span_take(i->text, i->host_n);
    size_t n = indicators_of_host(set, host, hits, &has_urls);
    if (i->kind == INDICATOR_URL)
        n = indicators_of_url(set, host, span_skip(i->text, i->host_n), hits, has_urls ? n : 0);
    for (size_t k = 0; k < n; k++)
        found |= hits[k] == item;
    bool is_asked_whole = n < INDICATOR_HITS_MAX && i->text.n < 1024;
    if ((!found && is_asked_whole) || i->text.n > INDICATOR_BYTES_MAX || i->host_n > i->text.n || !i->line)
        abort();
    if (i->spelled.p < text.p || i->spelled.p + i->spelled.n > text.p + text.n)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct suffixes *suffixes;
    struct indicators set;
    uint64_t found;
    span text = span_of((const char *)data, size);
    if (!suffixes && known_suffixes_open(&suffixes).kind)
        abort();
    indicators_begin(&set, suffixes, 1);
    if (indicators_read(&set, NULL, text, &found).kind || found != set.n + set.repeated)
        abort();
    for (size_t i = 0; i < set.n && i < 1000; i++)
        check_item(&set, (uint32_t)i, text);
    indicators_free(&set);
    return 0;
}
