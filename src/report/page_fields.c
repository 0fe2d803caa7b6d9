/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include "event/event.h"

#define FIELD_WORDS(ID, key, type, ecs, sigma) [FIELD_##ID] = TEXT_FIELD_##ID,
static const enum text_key field_words[FIELD_COUNT] = {EVENT_FIELDS(FIELD_WORDS)};
#undef FIELD_WORDS

span page_fields(struct page *p, uint64_t bits)
{
    sink text = sink_memory();
    bool is_first = true;
    for (unsigned f = 0; f < FIELD_COUNT; f++) {
        if (!(bits >> f & 1))
            continue;
        sink_put(&text, is_first ? (span){NULL, 0} : page_words(p, TEXT_LIST_SEPARATOR));
        sink_put(&text, page_words(p, field_words[f]));
        is_first = false;
    }
    return page_keep(p, &text);
}
