/* SPDX-License-Identifier: Apache-2.0 */
/* known/service.c: is this behaviour the known behaviour of that service? */
#include "known/service.h"

#include "base/when.h"
#include "known/agent.h"
#include "known/below.h"
#include "known/suffixes.h"

/* The words of services.def. */
enum {
    POLL = 1 << SHAPE_POLL,
    PUSH = 1 << SHAPE_PUSH,
    TUNNEL = 1 << SHAPE_TUNNEL,
    UPLOAD = 1 << SHAPE_UPLOAD,
    DOWNLOAD = 1 << SHAPE_DOWNLOAD,
    BROWSER = 1 << AGENT_BROWSER,
    SYSTEM = 1 << AGENT_SYSTEM,
    TOOL = 1 << AGENT_TOOL,
    SELF_NAMED = 1 << AGENT_SELF_NAMED,
    BLANK = 1 << AGENT_BLANK,
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

static int date_of(int64_t ms)
{
    civil day = when_to_civil(ms, 0);
    return day.year * 10000 + day.month * 100 + day.day;
}

static bool agent_fits(const struct service *s, span agent)
{
    if (!agent.p)
        return true;
    enum agent_class class = known_agent_class(agent);
    if (s->classes >> class & 1)
        return true;
    for (size_t i = 0; i < COUNT_OF(s->agents) && s->agents[i]; i++)
        if (span_starts_nocase(agent, span_str(s->agents[i])))
            return true;
    return false;
}

static bool is_within(struct known_range range, double value)
{
    if (value < 0 || (range.from == 0 && range.to == 0))
        return true;
    return value >= range.from && value <= range.to;
}

static bool port_fits(const struct service *s, uint16_t port)
{
    if (port == 0)
        return true;
    if (s->ports[0] == 0)
        return port == 80 || port == 443;
    for (size_t i = 0; i < COUNT_OF(s->ports); i++)
        if (s->ports[i] == port)
            return true;
    return false;
}

static bool shape_fits(const struct service *s, const struct behaviour *seen)
{
    return s->shapes >> seen->shape & 1 && is_within(s->period_s, seen->period_s) &&
           is_within(s->duration_s, seen->duration_s) && is_within(s->bytes_out, seen->bytes_out) &&
           is_within(s->bytes_in, seen->bytes_in) && port_fits(s, seen->port);
}

/* The next service from *at on whose domain holds the host and which is in force on `date`. */
static const struct service *next_of(span host, int date, size_t *at)
{
    while (*at < COUNT_OF(services)) {
        const struct service *s = &services[(*at)++];
        if (date <= s->expires && host_is_below(host, span_str(s->domain)))
            return s;
    }
    return NULL;
}

const struct service *known_service(span host, span agent, const struct behaviour *seen, int64_t as_of)
{
    int date = date_of(as_of);
    size_t at = 0;
    for (const struct service *s; (s = next_of(host, date, &at)) != NULL;)
        if (shape_fits(s, seen) && agent_fits(s, agent))
            return s;
    return NULL;
}

const struct service *known_service_of(span host, int64_t as_of)
{
    size_t at = 0;
    return next_of(host, date_of(as_of), &at);
}

size_t known_lists(const struct suffixes *s, struct list_used *out, size_t max)
{
    static const struct {
        const char *name, *sha256;
    } sums[] = {
#include "known/list_sums.h"
    };
    if (max > 0)
        out[0] = suffixes_list(s);
    for (size_t i = 0; i < COUNT_OF(sums) && i + 1 < max; i++) {
        out[i + 1] = (struct list_used){.name = span_str(sums[i].name), .version = SPAN(KONSEKI_VERSION)};
        memcpy(out[i + 1].sha256, sums[i].sha256, strlen(sums[i].sha256));
    }
    return COUNT_OF(sums) + 1;
}
