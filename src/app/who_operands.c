/* SPDX-License-Identifier: Apache-2.0 */
#include "app/who.h"

#include "app/list_file.h"

#include <sys/stat.h>

static bool is_input(const char *word)
{
    struct stat info;
    return span_eq(span_str(word), SPAN("-")) || stat(word, &info) == 0;
}

static fault take_word_given(struct who *w, const char *what, span word)
{
    uint64_t found;
    TRY(indicators_read(&w->set, NULL, word, &found));
    if (found)
        return NO_FAULT;
    return fault_make(FAULT_USAGE, "%s%.*s", what, (int)span_take(word, 100).n, word.p);
}

static fault take_file_given(struct who *w, span path)
{
    uint64_t found;
    span text;
    TRY(list_text(&w->memory, "--ioc-file", path.p, &text));
    TRY(indicators_read(&w->set, path.p, text, &found));
    return found ? NO_FAULT : fault_make(FAULT_USAGE, "--ioc-file %s: no indicator in it", path.p);
}

fault who_operands(struct who *w, const struct options *o)
{
    const char **inputs = arena_new(&w->memory, const char *, o->input_n + 1);
    w->options = *o;
    w->options.input_n = 0;
    w->options.inputs = inputs;
    for (size_t i = 0; i < o->input_n; i++)
        if (is_input(o->inputs[i]))
            inputs[w->options.input_n++] = o->inputs[i];
        else
            TRY(take_word_given(w, "neither an input that is there nor an indicator: ", span_str(o->inputs[i])));
    for (size_t i = 0; i < o->iocs.n; i++)
        TRY(take_word_given(w, "--ioc: no indicator in it: ", o->iocs.items[i]));
    for (size_t i = 0; i < o->ioc_files.n; i++)
        TRY(take_file_given(w, o->ioc_files.items[i]));
    if (!w->set.n)
        return fault_make(FAULT_USAGE, "which indicator? Name a host, an address, a URL, or give --ioc-file FILE");
    if (!w->options.input_n)
        return fault_make(FAULT_USAGE, "which log? Name files, folders, or - for standard input");
    return NO_FAULT;
}
