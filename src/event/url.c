/* SPDX-License-Identifier: Apache-2.0 */
/* URLs as proxies log them: never decoded, never copied, cut at the delimiters of RFC 3986. */
#include "event/host.h"

/* The length of a leading "scheme://", scheme included; 0 where there is none. Squid's own cache_object
 * carries an underscore, which RFC 3986 would not allow. */
static size_t scheme_length(span url)
{
    size_t i = 0;
    if (!url.n || !ascii_alpha(url.p[0]))
        return 0;
    while (i < url.n && (ascii_alpha(url.p[i]) || ascii_digit(url.p[i]) || url.p[i] == '+' || url.p[i] == '-' ||
                         url.p[i] == '.' || url.p[i] == '_'))
        i++;
    return url.n - i >= 3 && url.p[i] == ':' && url.p[i + 1] == '/' && url.p[i + 2] == '/' ? i : 0;
}

static void split_port(struct url_parts *out, span port)
{
    uint64_t v;
    out->has_port = span_u64(port, &v) && v >= 1 && v <= 65535;
    out->port = out->has_port ? (uint16_t)v : 0;
}

/* "[2001:db8::1]:443". */
static bool split_bracketed(struct url_parts *out, span host)
{
    cut close = span_cut(span_skip(host, 1), ']');
    if (!close.found)
        return false;
    out->host = close.head;
    if (close.tail.n && close.tail.p[0] == ':')
        split_port(out, span_skip(close.tail, 1));
    return true;
}

/* "user:secret@host:443", up to the first of "/?#": userinfo ends at the last '@'; a port is behind the only
 * ':' after it, for two or more are a bare IPv6 address. Returns the length. */
static size_t split_authority(struct url_parts *out, span s)
{
    static const bool is_mark[256] = {['/'] = true, ['?'] = true, ['#'] = true, ['@'] = true, [':'] = true};
    size_t i = 0, start = 0, colon = 0, colons = 0;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (!is_mark[(unsigned char)c])
            continue;
        if (c == ':') {
            colon = i;
            colons++;
        } else if (c == '@') {
            start = i + 1;
            colons = 0;
        } else {
            break;
        }
    }
    span host = span_of(s.p + start, i - start);
    if (host.n && host.p[0] == '[' && split_bracketed(out, host))
        return i;
    if (colons == 1) {
        split_port(out, span_of(s.p + colon + 1, i - colon - 1));
        host.n = colon - start;
    }
    out->host = host;
    return i;
}

static void split_path(struct url_parts *out, span rest)
{
    const char *hash = rest.n ? memchr(rest.p, '#', rest.n) : NULL;
    if (hash)
        rest.n = (size_t)(hash - rest.p);
    const char *mark = rest.n ? memchr(rest.p, '?', rest.n) : NULL;
    size_t path = mark ? (size_t)(mark - rest.p) : rest.n;
    if (path)
        out->path = span_of(rest.p, path);
    if (mark)
        out->query = span_of(mark + 1, rest.n - path - 1);
}

/* "host:443" and nothing more: what CONNECT rows hold, and rows whose method was not logged. */
static bool is_authority(span s)
{
    cut colon = span_rcut(s, ':');
    uint64_t port;
    return colon.found && colon.head.n && span_u64(colon.tail, &port) && !memchr(s.p, '/', s.n) &&
           !memchr(s.p, '?', s.n);
}

/* Letters, digits, '-', '.', '_': what needs no second look in a host. */
#define TEN(c) [c] = true, [c + 1] = true, [c + 2] = true, [c + 3] = true, [c + 4] = true, [c + 5] = true, \
               [c + 6] = true, [c + 7] = true, [c + 8] = true, [c + 9] = true
static const bool is_host_byte[256] = {TEN('0'), TEN('A'), TEN('K'), TEN('a'), TEN('k'), ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true, ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true,
    ['y'] = true, ['z'] = true, ['-'] = true, ['.'] = true, ['_'] = true};
#undef TEN

/* "http://host/path", as nearly all rows have it: no userinfo, no port, no bracket. False: by the rules below. */
static bool split_plain(struct url_parts *out, span url)
{
    if (!span_starts(url, SPAN("http://")))
        return false;
    const char *host = url.p + 7, *end = url.p + url.n, *slash = host;
    while (slash < end && is_host_byte[(unsigned char)*slash])
        slash++;
    if (slash == end || *slash != '/' || slash == host)
        return false;
    out->scheme = span_take(url, 4);
    out->host = span_of(host, (size_t)(slash - host));
    split_path(out, span_of(slash, (size_t)(end - slash)));
    return true;
}

struct url_parts url_split(span url, bool is_connect)
{
    struct url_parts out = {0};
    if (split_plain(&out, url))
        return out;
    size_t scheme = scheme_length(url);
    if (scheme)
        out.scheme = span_take(url, scheme);
    else if (!url.n || url.p[0] == '/' || !(is_connect || is_authority(url))) {
        split_path(&out, url);
        return out;
    }
    span rest = scheme ? span_skip(url, scheme + 3) : url;
    size_t n = split_authority(&out, rest);
    if (n < rest.n)
        split_path(&out, span_skip(rest, n));
    return out;
}
