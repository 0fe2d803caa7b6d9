/* SPDX-License-Identifier: Apache-2.0 */
/* known/agent.c: which kind of program an agent claims to be, on which system, how old. */
#include "known/agent.h"

#include "event/event.h"

const char *const agent_class_keys[AGENT_CLASS_COUNT] = {"browser", "system", "tool", "self_named", "blank"};

struct agent_rule {
    enum agent_class class;
    span text;
};
#define RULE(class, text) {AGENT_##class, {text, sizeof(text) - 1}},
#define NO_RULE(class, text)

static const struct agent_rule begin_rules[] = {
#define AGENT(class, where, text, why) where##_RULE(class, text)
#define BEGINS_RULE RULE
#define WORD_RULE NO_RULE
#include "known/agents.def"
#undef BEGINS_RULE
#undef WORD_RULE
};

static const struct agent_rule word_rules[] = {
#define BEGINS_RULE NO_RULE
#define WORD_RULE RULE
#include "known/agents.def"
#undef BEGINS_RULE
#undef WORD_RULE
#undef AGENT
};

static const span browser_products[] = {
#define PRODUCT(name) {name, sizeof(name) - 1},
#include "known/products.def"
#undef PRODUCT
};

static bool is_word_byte(char c)
{
    return ascii_alpha(c) || ascii_digit(c);
}

static const struct agent_rule *fitting(const struct agent_rule *rules, size_t n, span text)
{
    char first = text.n > 0 ? ascii_lower(text.p[0]) : '\0';
    for (size_t i = 0; i < n; i++)
        if (ascii_lower(rules[i].text.p[0]) == first && span_starts_nocase(text, rules[i].text))
            return &rules[i];
    return NULL;
}

static const struct agent_rule *find_rule(span agent)
{
    const struct agent_rule *found = fitting(begin_rules, COUNT_OF(begin_rules), agent);
    for (size_t at = 0; at < agent.n && !found; at++)
        if (is_word_byte(agent.p[at]) && (at == 0 || !is_word_byte(agent.p[at - 1])))
            found = fitting(word_rules, COUNT_OF(word_rules), span_skip(agent, at));
    return found;
}

static bool is_browser_product(span token)
{
    span name = span_cut(token, '/').head;
    for (size_t i = 0; i < COUNT_OF(browser_products); i++)
        if (span_eq_nocase(name, browser_products[i]))
            return true;
    return false;
}

/* "(compatible; FooWidget/1.2)" and a comment with the program's address name a program; "(compatible; MSIE 9.0; ..."
 * and "(Windows NT 10.0; Win64; x64)" do not. */
static bool comment_names_program(span comment)
{
    if (span_find(comment, SPAN("+http")) != SIZE_MAX)
        return true;
    if (!span_starts_nocase(comment, SPAN("compatible")))
        return false;
    span rest = span_trim(span_cut(comment, ';').tail);
    return rest.n > 0 && !span_contains_nocase(rest, SPAN("MSIE")) && !span_contains_nocase(rest, SPAN("Trident/")) &&
           !span_starts_nocase(rest, SPAN("Konqueror"));
}

/* Cuts the next token outside of comments, or the next comment without its outer parentheses, off *rest. */
static span next_part(span *rest, bool *is_comment)
{
    span s = *rest;
    size_t n = 0;
    *is_comment = s.n > 0 && s.p[0] == '(';
    if (*is_comment) {
        for (size_t depth = 0; n < s.n; n++) {
            if (s.p[n] == '(')
                depth++;
            if (s.p[n] == ')' && --depth == 0)
                break;
        }
        *rest = span_skip(s, n + 1);
        return span_of(s.p + 1, n - 1);
    }
    while (n < s.n && s.p[n] != ' ' && s.p[n] != '(')
        n++;
    *rest = span_skip(s, n > 0 ? n : 1);
    return span_take(s, n);
}

/* An agent in a browser's form: does it list nothing but what browsers list? */
static bool is_only_browser(span agent)
{
    for (span rest = agent; rest.n > 0;) {
        bool is_comment;
        span part = next_part(&rest, &is_comment);
        if (is_comment ? comment_names_program(part)
                       : span_find(part, SPAN("/")) != SIZE_MAX && !is_browser_product(part))
            return false;
    }
    return true;
}

enum agent_class known_agent_class(span agent)
{
    if (agent.n == 0 || event_is_blank_text(agent))
        return AGENT_BLANK;
    agent = span_trim(span_take(agent, AGENT_READ_MAX));
    const struct agent_rule *rule = find_rule(agent);
    if (rule)
        return rule->class;
    bool has_form = span_starts_nocase(agent, SPAN("Mozilla/")) || span_starts_nocase(agent, SPAN("Opera/"));
    return has_form && is_only_browser(agent) ? AGENT_BROWSER : AGENT_SELF_NAMED;
}

/* "Windows NT 10.0" with its version as spelled, or without where none follows. */
static span windows_nt(span agent)
{
    const span name = SPAN("Windows NT");
    span found = {NULL, 0};
    for (span rest = agent;;) {
        size_t at = span_find(rest, name);
        if (at == SIZE_MAX)
            return found;
        rest = span_skip(rest, at);
        size_t n = name.n + 1; /* the blank */
        while (n < rest.n && n < name.n + 6 && (ascii_digit(rest.p[n]) || rest.p[n] == '.'))
            n++;
        if (n > name.n + 1 && rest.p[name.n] == ' ')
            return span_take(rest, n);
        found = span_take(rest, name.n);
        rest = span_skip(rest, name.n);
    }
}

span known_agent_os(span agent)
{
    static const struct {
        span word, os;
    } systems[] = {
        {{"iPhone", 6}, {"iOS", 3}},         {{"iPad", 4}, {"iOS", 3}},       {{"iPod", 4}, {"iOS", 3}},
        {{"Android", 7}, {"Android", 7}},    {{"CrOS", 4}, {"ChromeOS", 8}},  {{"Mac OS X", 8}, {"Mac OS X", 8}},
        {{"Macintosh", 9}, {"Mac OS X", 8}}, {{"macOS", 5}, {"Mac OS X", 8}}, {{"Linux", 5}, {"Linux", 5}},
        {{"Windows", 7}, {"Windows", 7}},
    };
    agent = span_take(agent, AGENT_READ_MAX);
    if (span_find(agent, SPAN("Windows Phone")) != SIZE_MAX)
        return SPAN("Windows Phone");
    span nt = windows_nt(agent);
    if (nt.n)
        return nt;
    for (size_t i = 0; i < COUNT_OF(systems); i++)
        if (span_find(agent, systems[i].word) != SIZE_MAX)
            return systems[i].os;
    return (span){NULL, 0};
}

/* The number behind "Name/", or UINT64_MAX where the agent does not list it. */
static uint64_t major_version(span agent, span name)
{
    size_t at = span_find(agent, name);
    if (at == SIZE_MAX)
        return UINT64_MAX;
    span rest = span_skip(agent, at + name.n);
    size_t n = 0;
    while (n < rest.n && n < 9 && ascii_digit(rest.p[n]))
        n++;
    uint64_t major;
    return span_u64(span_take(rest, n), &major) ? major : UINT64_MAX;
}

bool known_agent_is_old_browser(span agent)
{
    agent = span_take(agent, AGENT_READ_MAX);
    if (known_agent_class(agent) != AGENT_BROWSER)
        return false;
    if (span_find(agent, SPAN("MSIE ")) != SIZE_MAX || span_find(agent, SPAN("Netscape")) != SIZE_MAX)
        return true;
    if (span_find(agent, SPAN("Presto/")) != SIZE_MAX || span_starts(agent, SPAN("Opera/")))
        return true;
    if (major_version(agent, SPAN("Mozilla/")) < 5)
        return true;
    if (major_version(agent, SPAN("Edge/")) < 79)
        return true; /* EdgeHTML ended with 18; Chromium Edge says Edg/ */
    if (major_version(agent, SPAN("Chrome/")) < 60 || major_version(agent, SPAN("Firefox/")) < 60)
        return true;
    bool is_safari = span_find(agent, SPAN("Chrome/")) == SIZE_MAX && span_find(agent, SPAN("Safari/")) != SIZE_MAX;
    return is_safari && major_version(agent, SPAN("Version/")) < 10;
}
