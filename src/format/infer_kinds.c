/* SPDX-License-Identifier: Apache-2.0 */
/* What a single value could be. Kinds overlap on purpose: only a whole column decides. */
#include "format/infer.h"

#include "base/when.h"

#include <arpa/inet.h>

static bool is_one_of(span s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(s, span_str(words[i]))) return true;
    return false;
}

static bool is_all(span s, const char *extra, bool digits, bool letters)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((digits && ascii_digit(c)) || (letters && ascii_alpha(c))) continue;
        if (c == '\0' || !strchr(extra, c)) return false;
    }
    return s.n > 0;
}

static bool is_address(span s)
{   /* strictly as programs print it: "2130706433" is a number here, not 127.0.0.1 */
    char text[INET6_ADDRSTRLEN];
    unsigned char raw[16];
    if (s.n < 2 || s.n >= sizeof text || memchr(s.p, '\0', s.n)) return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    return inet_pton(AF_INET, text, raw) == 1 || inet_pton(AF_INET6, text, raw) == 1;
}

static bool is_address_list(span s)
{
    while (s.n > 0) {
        cut c = span_cut(s, ',');
        span one = span_trim(c.head);
        if (!is_address(one) && !span_eq(one, SPAN("unknown"))) return false;
        s = c.tail;
    }
    return true;
}

/* RFC 9110 and WebDAV methods, and what Squid writes where a request had none. */
static bool is_method(span s)
{
    static const char *const words[] = {
        "GET", "POST", "CONNECT", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH",
        "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "PURGE", "NONE", "ICP_QUERY", "PRI",
    };
    return is_one_of(s, words, COUNT_OF(words));
}

static bool is_status(span s)
{   /* the registered ones, and Squid's 0 and 000 for "no reply"; 600 is its "invalid header" */
    static const uint16_t codes[] = {
        0,   100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305,
        307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421,
        422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 511, 520,
        521, 522, 523, 524, 525, 526, 600, 601,
    };
    uint64_t v;
    if ((s.n != 3 && !span_eq(s, SPAN("0"))) || !span_u64(s, &v)) return false;
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (codes[i] == v) return true;
    return false;
}

static bool is_upper_word(span s) { return is_all(s, "_ABCDEFGHIJKLMNOPQRSTUVWXYZ", true, false); }

static bool is_action(span s)
{   /* Squid's request status: TCP_MISS, TCP_DENIED_REPLY, UDP_HIT, NONE, NONE_NONE, TAG_NONE */
    return is_upper_word(s) && (span_starts(s, SPAN("TCP_")) || span_starts(s, SPAN("UDP_")) ||
                                span_starts(s, SPAN("NONE")) || span_eq(s, SPAN("TAG_NONE")));
}

static bool is_hierarchy(span s)
{   /* Squid's hierarchy codes; before 3.2 without HIER_ */
    static const char *const words[] = {
        "NONE", "DIRECT", "SIBLING_HIT", "PARENT_HIT", "DEFAULT_PARENT", "SINGLE_PARENT", "FIRST_UP_PARENT",
        "FIRST_PARENT_MISS", "CLOSEST_PARENT_MISS", "CLOSEST_DIRECT", "CLOSEST_PARENT", "NO_DIRECT_FAIL",
        "SOURCE_FASTEST", "ROUNDROBIN_PARENT", "CARP", "ANY_OLD_PARENT", "USERHASH_PARENT", "SOURCEHASH_PARENT",
        "PINNED", "ORIGINAL_DST", "STANDBY_POOL", "NO_PARENT_DIRECT", "CACHE_DIGEST_HIT", "CD_PARENT_HIT",
        "CD_SIBLING_HIT",
    };
    if (span_starts(s, SPAN("TIMEOUT_"))) s = span_skip(s, 8);
    return (span_starts(s, SPAN("HIER_")) && is_upper_word(s)) || is_one_of(s, words, COUNT_OF(words));
}

static bool is_scheme(span s)
{
    static const char *const words[] = {"http", "https", "ftp", "tcp", "ssl", "ws", "wss", "cache_object", "urn"};
    return is_one_of(s, words, COUNT_OF(words));
}

static bool is_host(span s)
{   /* a name with a dot, or an address; no digits-and-dots that are no address (1.1 is a version) */
    if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') return is_address(span_take(span_skip(s, 1), s.n - 2));
    if (is_address(s)) return true;
    if (s.n < 3 || s.n > 255 || !is_all(s, "-._%", true, true) || !memchr(s.p, '.', s.n)) return false;
    span last = span_rcut(s.p[s.n - 1] == '.' ? span_take(s, s.n - 1) : s, '.').tail;
    return last.n >= 2 && ascii_alpha(last.p[0]) && ascii_alpha(last.p[1]);
}

static bool is_authority(span s)
{
    cut c = span_rcut(s, ':');
    uint64_t port;
    if (!c.found || !span_u64(c.tail, &port) || port > UINT16_MAX) return false;
    return is_host(c.head) || (is_all(c.head, "-_", true, true) && ascii_alpha(c.head.p[0]));
}

static bool is_url(span s)
{   /* absolute, or the words Squid logs for a request without one */
    size_t at = span_find(span_take(s, 32), SPAN("://"));
    if (at != SIZE_MAX) return at > 0 && s.n > at + 3 && is_all(span_take(s, at), "+-._", true, true);
    return span_starts(s, SPAN("error:")) || span_starts(s, SPAN("urn:")) || span_starts(s, SPAN("cache_object:"));
}

static bool is_mime(span s)
{
    static const char *const tops[] = {"text",  "image", "application", "video",     "audio",
                                       "font",  "model", "multipart",   "message",   "binary",
                                       "chemical", "x-world"};
    cut c = span_cut(s, '/');
    if (!c.found || c.tail.n == 0) return false;
    for (size_t i = 0; i < COUNT_OF(tops); i++)
        if (span_eq_nocase(c.head, span_str(tops[i]))) return true;
    return false;
}

static bool is_agent(span s)
{   /* RFC 9110 10.1.5: product "/" version first: "curl/7.88.1", "Mozilla/5.0 (...)", "Microsoft BITS/7.8" */
    size_t slash = s.n ? span_find(span_take(s, 60), SPAN("/")) : SIZE_MAX;
    if (slash == SIZE_MAX || slash == 0 || slash + 1 >= s.n || !ascii_alpha(s.p[0])) return false;
    if (!is_all(span_take(s, slash), " -._+%()!", true, true) || is_mime(s)) return false;
    if (is_action(span_take(s, slash)) || is_hierarchy(span_take(s, slash))) return false;
    return ascii_digit(s.p[slash + 1]) || (s.p[slash + 1] == 'v' && slash + 2 < s.n && ascii_digit(s.p[slash + 2]));
}

static bool is_version(span s)
{
    if (span_starts(s, SPAN("HTTP/"))) s = span_skip(s, 5);
    return s.n == 3 && ascii_digit(s.p[0]) && s.p[1] == '.' && ascii_digit(s.p[2]);
}

static bool is_epoch(span s)
{   /* 2001-09-09 .. 2106 */
    uint64_t v;
    return s.n == 10 && span_u64(s, &v) && v >= 1000000000 && v <= UINT32_MAX;
}

static bool is_clock(span s)
{
    return s.n >= 8 && s.n <= 15 && s.p[2] == ':' && s.p[5] == ':' && is_all(s, ":.", true, false);
}

static uint32_t number_kinds(span s)
{
    uint64_t v;
    if (!span_u64(s, &v)) return 0;
    uint32_t k = 1u << KIND_INTEGER;
    if (is_status(s)) k |= 1u << KIND_STATUS;
    if (v > 0 && v <= UINT16_MAX) k |= 1u << KIND_PORT;
    if (is_epoch(s)) k |= 1u << KIND_EPOCH;
    return k;
}

static uint32_t time_kinds(span s)
{
    int64_t ms;
    int zone;
    uint32_t k = 0;
    if (s.n == 14 && is_epoch(span_take(s, 10)) && s.p[10] == '.' && is_all(span_skip(s, 11), "", true, false))
        k |= 1u << KIND_EPOCH_MS;
    if (s.n >= 20 && when_clf(s, &ms, &zone)) k |= 1u << KIND_CLF;
    if (s.n >= 19 && when_iso(s, &ms, &zone)) k |= 1u << KIND_ISO;
    if (is_clock(s)) k |= 1u << KIND_CLOCK;
    return k;
}

static uint32_t name_kinds(span s)
{
    uint32_t k = 0;
    if (is_address(s)) k |= 1u << KIND_ADDRESS;
    if (is_address_list(s)) k |= 1u << KIND_ADDRESSES;
    if (is_url(s)) k |= 1u << KIND_URL;
    if (is_authority(s)) k |= 1u << KIND_AUTHORITY;
    if (s.p[0] == '/') k |= 1u << KIND_PATH;
    if (is_host(s)) k |= 1u << KIND_HOST;
    if (is_mime(s)) k |= 1u << KIND_MIME;
    if (is_agent(s)) k |= 1u << KIND_AGENT;
    return k;
}

static uint32_t word_kinds(span s)
{
    uint32_t k = 0;
    if (is_action(s)) k |= 1u << KIND_ACTION;
    if (is_hierarchy(s)) k |= 1u << KIND_HIERARCHY;
    if (is_method(s)) k |= 1u << KIND_METHOD;
    if (is_scheme(s)) k |= 1u << KIND_SCHEME;
    if (is_version(s)) k |= 1u << KIND_VERSION;
    if (span_starts(s, SPAN("ERR_")) && is_upper_word(s)) k |= 1u << KIND_ERROR;
    if (s.n >= 40 && is_all(s, "+/=", true, true)) k |= 1u << KIND_BASE64;
    if (s.n <= 64 && is_all(s, "-._@\\%+$", true, true)) k |= 1u << KIND_WORD;
    return k;
}

uint32_t kinds_of(span s)
{
    if (s.n == 0 || span_eq(s, SPAN("-")) || span_eq(s, SPAN("-:-"))) return 1u << KIND_BLANK;
    return number_kinds(s) | time_kinds(s) | name_kinds(s) | word_kinds(s);
}

span url_host_spelled(span url)
{
    size_t at = span_find(span_take(url, 32), SPAN("://"));
    if (at == SIZE_MAX && !is_authority(url)) return (span){NULL, 0};
    span rest = at == SIZE_MAX ? url : span_skip(url, at + 3);
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#') end++;
    rest = span_take(rest, end);
    cut user = span_rcut(rest, '@');
    if (user.found) rest = user.tail;
    cut port = span_rcut(rest, ':');
    uint64_t v;
    if (port.found && span_u64(port.tail, &v)) rest = port.head;
    return rest.n ? rest : (span){NULL, 0};
}
