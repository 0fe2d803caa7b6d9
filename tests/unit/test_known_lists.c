/* SPDX-License-Identifier: Apache-2.0 */
/* The lists are data that people edit: what every line must keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "known/known.h"

static const char *const hosts[] = {
#define DYNAMIC_DNS(domain, provider) domain,
#include "known/dynamic_dns.def"
#undef DYNAMIC_DNS
    NULL,
#define SIGNER(domain, why) domain,
#include "known/signers.def"
#undef SIGNER
    NULL,
#define REMOTE(domain, name, kind, why) domain,
#include "known/remote.def"
#undef REMOTE
    NULL,
};

static const char *const extensions[] = {
#define EXTENSION(class, text) text,
#include "known/extensions.def"
#undef EXTENSION
    NULL,
#define TOOL(stem, why) stem,
#include "known/tools.def"
#undef TOOL
    NULL,
#define SYSTEM_NAME(stem) stem,
#define NO_LOOKALIKE(stem) stem,
#include "known/system_names.def"
#undef SYSTEM_NAME
#undef NO_LOOKALIKE
    NULL,
#define MIME(class, text) text,
#include "known/mimes.def"
#undef MIME
    NULL,
};

static const char *const agents[] = {
#define AGENT(class, where, text, why) text,
#include "known/agents.def"
#undef AGENT
    NULL,
};

enum {
    POLL = 1,
    PUSH = 2,
    TUNNEL = 4,
    UPLOAD = 8,
    DOWNLOAD = 16,
    BROWSER = 1,
    SYSTEM = 2,
    TOOL = 4,
    SELF_NAMED = 8,
    BLANK = 16
};
#define AGENTS(...) .agents = {__VA_ARGS__}
#define KB *1024.0
#define MB *1048576.0
#define GB *1073741824.0
#define MINUTES *60.0
#define HOURS *3600.0
#define DAYS *86400.0
static const struct service services[] = {
#include "known/services.def"
};

static bool is_lower(const char *text, bool may_be_host)
{
    for (const char *c = text; *c; c++) {
        bool is_word = (*c >= 'a' && *c <= 'z') || ascii_digit(*c) || *c == '-' || *c == '.';
        if (!is_word && (may_be_host || (*c != '_' && *c != '/' && *c != '+')))
            return false;
    }
    return text[0] && text[0] != '.' && (!may_be_host || strchr(text, '.'));
}

/* No line twice in its list; lists are separated by NULL. */
static void assert_plain_list(const char *const *list, size_t n, bool are_hosts)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] && !is_lower(list[i], are_hosts))
            fail_msg("not in lower case: %s", list[i]);
        for (size_t k = i + 1; list[i] && k < n && list[k]; k++)
            if (strcmp(list[i], list[k]) == 0)
                fail_msg("twice: %s", list[i]);
    }
}

static void lists_are_lower_case_and_say_things_once(void **state)
{
    (void)state;
    assert_plain_list(hosts, sizeof hosts / sizeof hosts[0], true);
    assert_plain_list(extensions, sizeof extensions / sizeof extensions[0], false);
    for (size_t i = 0; agents[i]; i++)
        for (size_t k = i + 1; agents[k]; k++)
            if (span_starts_nocase(span_str(agents[k]), span_str(agents[i])))
                fail_msg("%s hides %s", agents[i], agents[k]);
}

static void no_range_is_upside_down(struct known_range range, const char *domain)
{
    if (range.from < 0 || range.from > range.to)
        fail_msg("%s: a range is upside down", domain);
}

static void every_service_is_bounded_and_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        const struct service *s = &services[i];
        if (!is_lower(s->domain, true))
            fail_msg("not a host in lower case: %s", s->domain);
        assert_non_null(s->name);
        if (!s->agents[0] && !s->classes)
            fail_msg("%s: any agent would do", s->domain);
        if (!s->shapes)
            fail_msg("%s: no shape", s->domain);
        if (!s->why || !s->source)
            fail_msg("%s: why, and where is that written?", s->domain);
        if (s->expires < 20270101 || s->expires > 20291231)
            fail_msg("%s: expires %d", s->domain, s->expires);
        if (s->bytes_out.to <= 0)
            fail_msg("%s: no bound on what may leave", s->domain);
        if (s->shapes & (POLL | PUSH) && s->period_s.to <= 0)
            fail_msg("%s: a rhythm without a period", s->domain);
        if (s->shapes & TUNNEL && (s->duration_s.to <= 0 || s->bytes_in.to <= 0))
            fail_msg("%s: a tunnel without bounds", s->domain);
        no_range_is_upside_down(s->period_s, s->domain);
        no_range_is_upside_down(s->duration_s, s->domain);
        no_range_is_upside_down(s->bytes_out, s->domain);
        no_range_is_upside_down(s->bytes_in, s->domain);
    }
}

/* Places where anyone may put anything would excuse whoever rents there. */
static void nothing_shared_is_trusted(void **state)
{
    (void)state;
    static const char *const shared[] = {"amazonaws.com",
                                         "blob.core.windows.net",
                                         "azureedge.net",
                                         "azurewebsites.net",
                                         "cloudfront.net",
                                         "akamaized.net",
                                         "github.com",
                                         "raw.githubusercontent.com",
                                         "github.io",
                                         "googleusercontent.com",
                                         "storage.googleapis.com",
                                         "firebaseio.com",
                                         "appspot.com",
                                         "pages.dev",
                                         "workers.dev",
                                         "herokuapp.com",
                                         "ngrok.io",
                                         "sourceforge.net",
                                         "discord.com",
                                         "telegram.org",
                                         "pastebin.com",
                                         "trycloudflare.com",
                                         "blogspot.com",
                                         "netlify.app"};
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        span host = span_str(shared[i]);
        if (known_is_signer_domain(host) || known_service_of(host, 0))
            fail_msg("%s is trusted", shared[i]);
    }
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) /* nor what gives remote control or a free name */
        if (hosts[i] && !known_is_signer_domain(span_str(hosts[i])) && known_service_of(span_str(hosts[i]), 0))
            fail_msg("%s is trusted", hosts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_lower_case_and_say_things_once),
        cmocka_unit_test(every_service_is_bounded_and_explained),
        cmocka_unit_test(nothing_shared_is_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
