/* SPDX-License-Identifier: Apache-2.0 */
/* URLs as proxies log them: never decoded, never copied, cut at the delimiters of RFC 3986. */
#include "event/host.h"

/* The length of a leading "scheme://", scheme included; 0 where there is none. Squid's own cache_object
 * carries an underscore, which RFC 3986 would not allow. */
static size_t scheme_length(span url)
{
    size_t i = 0;
    while (i < url.n && (ascii_alpha(url.p[i]) || ascii_digit(url.p[i]) || url.p[i] == '+' || url.p[i] == '-' ||
                         url.p[i] == '.' || url.p[i] == '_'))
        i++;
    return i && span_starts(span_skip(url, i), SPAN("://")) && ascii_alpha(url.p[0]) ? i : 0;
}

static void split_port(struct url_parts *out, span port)
{
    uint64_t v;
    out->has_port = span_u64(port, &v) && v >= 1 && v <= 65535;
    out->port = out->has_port ? (uint16_t)v : 0;
}

/* "user:secret@[2001:db8::1]:443": userinfo ends at the last '@', the port is after the last ':' outside
 * brackets. A bare IPv6 address (two colons or more, no brackets) has no port. */
static void split_authority(struct url_parts *out, span authority)
{
    cut at = span_rcut(authority, '@');
    span host = at.found ? at.tail : authority;
    if (host.n && host.p[0] == '[') {
        cut close = span_cut(span_skip(host, 1), ']');
        if (close.found) {
            out->host = close.head;
            if (close.tail.n && close.tail.p[0] == ':')
                split_port(out, span_skip(close.tail, 1));
            return;
        }
    }
    cut colon = span_rcut(host, ':');
    if (colon.found && !memchr(colon.head.p, ':', colon.head.n)) {
        split_port(out, colon.tail);
        host = colon.head;
    }
    out->host = host;
}

static size_t authority_length(span s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] != '/' && s.p[i] != '?' && s.p[i] != '#')
        i++;
    return i;
}

static void split_path(struct url_parts *out, span rest)
{
    const char *hash = rest.n ? memchr(rest.p, '#', rest.n) : NULL;
    if (hash)
        rest.n = (size_t)(hash - rest.p);
    cut q = span_cut(rest, '?');
    if (q.head.n)
        out->path = q.head;
    out->query = q.tail;
}

/* "host:443" and nothing more: what CONNECT rows hold, and rows whose method was not logged. */
static bool is_authority(span s)
{
    cut colon = span_rcut(s, ':');
    uint64_t port;
    return colon.found && colon.head.n && span_u64(colon.tail, &port) && authority_length(s) == s.n;
}

struct url_parts url_split(span url, bool is_connect)
{
    struct url_parts out = {0};
    size_t scheme = scheme_length(url);
    if (scheme)
        out.scheme = span_take(url, scheme);
    else if (!url.n || url.p[0] == '/' || !(is_connect || is_authority(url))) {
        split_path(&out, url);
        return out;
    }
    span rest = scheme ? span_skip(url, scheme + 3) : url;
    size_t n = authority_length(rest);
    split_authority(&out, span_take(rest, n));
    if (n < rest.n)
        split_path(&out, span_skip(rest, n));
    return out;
}
