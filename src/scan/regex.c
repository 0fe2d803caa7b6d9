/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"

/* Steps: a few milliseconds at worst. Heap in KiB: what the interpreter may take where there is no machine code. */
enum { NEST_MAX = 50, STEPS_MAX = 100000, HEAP_MAX_KIB = 1024, STACK_FIRST = 32 * 1024, STACK_MAX = 512 * 1024 };

struct regex {
    pcre2_code *code;
};

struct regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

fault regex_compile(span pattern, bool any_case, struct regex **out, size_t *offset)
{
    const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
    int problem = 0;
    *out = NULL;
    *offset = 0;
    if (!limits)
        panic("out of memory");
    pcre2_set_parens_nest_limit(limits, NEST_MAX);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n,
                                     options | (any_case ? PCRE2_CASELESS : 0), &problem, offset, limits);
    pcre2_compile_context_free(limits);
    if (!code) {
        char words[200];
        if (pcre2_get_error_message(problem, (PCRE2_UCHAR *)words, sizeof words) < 0)
            words[sizeof words - 1] = '\0';
        return fault_make(FAULT_USAGE, "%s", words);
    }
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it the interpreter answers */
    *out = mem_alloc(sizeof **out);
    (*out)->code = code;
    return NO_FAULT;
}

void regex_close(struct regex *r)
{
    if (!r)
        return;
    pcre2_code_free(r->code);
    mem_free(r);
}

struct regex_scratch *regex_scratch_open(void)
{
    struct regex_scratch *s = mem_alloc(sizeof *s);
    s->data = pcre2_match_data_create(1, NULL);
    s->context = pcre2_match_context_create(NULL);
    if (!s->data || !s->context)
        panic("out of memory");
    s->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MAX, NULL); /* NULL: the 32 KiB that PCRE2 takes by itself */
    pcre2_set_match_limit(s->context, STEPS_MAX);
    pcre2_set_depth_limit(s->context, STEPS_MAX);
    pcre2_set_heap_limit(s->context, HEAP_MAX_KIB);
    if (s->stack)
        pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_close(struct regex_scratch *s)
{
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_jit_stack_free(s->stack);
    mem_free(s);
}

enum regex_answer regex_find(const struct regex *r, struct regex_scratch *s, span text)
{
    int n = pcre2_match(r->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0, s->data, s->context);
    return n >= 0 ? REGEX_YES : n == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_GAVE_UP;
}
