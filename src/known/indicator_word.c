/* SPDX-License-Identifier: Apache-2.0 */
/* What one word is: an address, a network, a host, a URL, or something that only looks like one. */
#include "known/indicator.h"

#include "base/sink.h"
#include "event/host.h"
#include "known/file.h"
#include "known/suffixes.h"

#include <stdio.h>

enum { TOP_SLOTS = 1024, TOP_BYTES = 23, LABEL_MAX = 63, NAME_BYTES_MAX = 253 };

/* Asking the Public Suffix List costs more than everything else here: its answers are kept. */
struct top_levels {
    const struct suffixes *suffixes;
    struct top_answer { char text[TOP_BYTES]; uint8_t n_and_known; } slots[TOP_SLOTS];
};

/* Names that no registry gives out, and that logs and lists have nevertheless: RFC 2606 and 6761, .onion (RFC 7686),
 * and what companies name their own networks. */
static const char *const own_levels[] = {"example", "test", "invalid", "localhost", "local", "internal", "intranet",
                                         "lan", "home", "corp", "localdomain", "onion"};

struct top_levels *top_levels_new(arena *a, const struct suffixes *suffixes)
{
    struct top_levels *t = arena_new(a, struct top_levels, 1);
    t->suffixes = suffixes;
    return t;
}

static bool ask_suffixes(const struct suffixes *s, span label)
{
    for (size_t i = 0; i < COUNT_OF(own_levels); i++)
        if (span_eq(label, span_str(own_levels[i])))
            return true;
    return suffixes_is_top_level(s, label);
}

/* `label` is in lower case. */
static bool is_top_level(struct top_levels *t, span label)
{
    if (label.n == 0 || label.n > TOP_BYTES)
        return label.n && ask_suffixes(t->suffixes, label);
    unsigned sum = (unsigned)label.n;
    for (size_t i = 0; i < label.n; i++)
        sum = sum * 31 + (unsigned char)label.p[i];
    struct top_answer *slot = &t->slots[sum % TOP_SLOTS];
    if (slot->n_and_known >> 1 == label.n && memcmp(slot->text, label.p, label.n) == 0)
        return slot->n_and_known & 1;
    bool known = ask_suffixes(t->suffixes, label);
    memcpy(slot->text, label.p, label.n);
    slot->n_and_known = (uint8_t)(label.n << 1 | known);
    return known;
}

/* Labels of letters, digits, '-' and '_', none empty or too long. *canonical: lower case already. */
static bool is_name(span s, bool *canonical)
{
    size_t label = 0; /* where it begins */
    *canonical = true;
    if (!s.n || s.n > NAME_BYTES_MAX || s.p[0] == '-' || s.p[0] == '.' || s.p[s.n - 1] == '.' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((c >= 'a' && c <= 'z') || ascii_digit(c) || c == '-' || c == '_')
            continue;
        if (c == '.') {
            if (i == label || i - label > LABEL_MAX)
                return false;
            label = i + 1;
            continue;
        }
        if (!ascii_alpha(c))
            return false;
        *canonical = false;
    }
    return s.n - label <= LABEL_MAX;
}

/* What ends in a number is an address or nothing: 09.0.0.1 is neither. */
static bool ends_in_number(span name)
{
    uint64_t number;
    return span_u64(span_rcut(name, '.').tail, &number);
}

static void set_text(struct found_word *f, span host, span path)
{
    f->text_n = f->host_n = host.n;
    memcpy(f->text, host.p, host.n);
    span rest = span_take(path, sizeof f->text - host.n);
    if (rest.n)
        memcpy(f->text + f->text_n, rest.p, rest.n);
    f->text_n += rest.n;
}

/* A path that says more than "this host". The fragment never reaches the proxy. */
static span told_path(span path)
{
    path = span_cut(path, '#').head;
    return path.n > 1 || (path.n == 1 && path.p[0] != '/') ? path : (span){NULL, 0};
}

static void take_indicator(struct found_word *f, enum indicator_kind kind, span host, span path)
{
    f->what = WORD_INDICATOR;
    f->kind = path.n ? INDICATOR_URL : kind;
    set_text(f, host, path);
}

static void take_none(struct found_word *f, enum no_indicator_kind no)
{
    f->what = WORD_NO_INDICATOR;
    f->no = no;
}

static span without_port(span authority)
{
    cut c = span_rcut(authority, ':');
    uint64_t port;
    return c.found && (!c.tail.n || (span_u64(c.tail, &port) && port <= 65535)) ? c.head : authority;
}

/* Four numbers with dots, as people write addresses; 0x7f.1 is one only in a URL. */
static bool is_dotted_quad(span s)
{
    struct address address;
    return s.n && ascii_digit(s.p[0]) && address_parse(s, &address) && address.is_v4;
}

span indicator_network(const struct address *a, unsigned bits, char text[NETWORK_TEXT_MAX], size_t *host_n)
{
    struct address_range range;
    host_name name;
    sink spelling = sink_memory();
    if (!address_network(*a, bits, &range))
        panic("a prefix longer than the address");
    const uint8_t *b = range.low.bytes;
    for (unsigned i = a->is_v4 ? 12 : 0; i < 16; i += a->is_v4 ? 1 : 2)
        sink_printf(&spelling, a->is_v4 ? "%s%u" : "%s%x", i == 0 || (a->is_v4 && i == 12) ? "" : a->is_v4 ? "." : ":",
                    a->is_v4 ? b[i] : (unsigned)b[i] << 8 | b[i + 1]);
    address_canon(sink_text(&spelling), &name);
    if (sink_done(&spelling).kind)
        panic("a sink in memory failed");
    memcpy(text, name.text, name.n);
    *host_n = name.n;
    return span_of(text, name.n + (size_t)snprintf(text + name.n, NETWORK_TEXT_MAX - name.n, "/%u", bits));
}

/* 10.0.0.0/8, 2001:db8::/32 */
static bool take_network(struct found_word *f, span s)
{
    host_name canonical;
    struct address address;
    char text[NETWORK_TEXT_MAX];
    size_t host_n;
    uint64_t bits;
    cut slash = span_cut(s, '/');
    if (!slash.found || !span_u64(slash.tail, &bits) || bits > 128 || slash.head.n > 64 ||
        (!is_dotted_quad(slash.head) && !memchr(slash.head.p, ':', slash.head.n)) ||
        !address_canon(slash.head, &canonical) || !address_parse(host_span(&canonical), &address) ||
        bits > (address.is_v4 ? 32 : 128))
        return false;
    take_indicator(f, INDICATOR_NETWORK, indicator_network(&address, (unsigned)bits, text, &host_n), (span){NULL, 0});
    f->host_n = host_n;
    f->bits = (uint8_t)bits;
    return true;
}

static bool take_address(struct found_word *f, span host, span path)
{
    host_name canonical;
    bool is_v6 = host.n >= 4 && host.n < 64 && memchr(host.p, ':', host.n);
    if ((!is_v6 && !is_dotted_quad(host)) || !address_canon(host, &canonical))
        return false;
    take_indicator(f, INDICATOR_ADDRESS, host_span(&canonical), path);
    return true;
}

/* A hash in hexadecimal: MD5, SHA-1, SHA-256, SHA-384, SHA-512. */
static bool is_hash(span s)
{
    if (s.n != 32 && s.n != 40 && s.n != 64 && s.n != 96 && s.n != 128)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (ascii_hex(s.p[i]) < 0)
            return false;
    return true;
}

/* run.zip in a sentence is a file, though .zip is a top-level domain; evil.sh is a host: two letters are a country. */
static bool is_file_name(span host, bool is_known, bool is_alone)
{
    cut dot = span_rcut(host, '.');
    if (!is_known)
        return known_file(host, NULL) != FILE_NONE;
    return !is_alone && dot.tail.n > 2 && !memchr(dot.head.p, '.', dot.head.n) && file_is_payload(known_file(host, NULL));
}

/* A name in lower case: its last label decides. */
static void take_name(struct top_levels *t, struct found_word *f, span name, span path, bool is_alone, bool canonical)
{
    cut dot = span_rcut(name, '.');
    uint64_t number;
    if (!dot.found || span_u64(dot.tail, &number))
        return;
    bool known = is_top_level(t, dot.tail);
    bool has_letters = dot.tail.n >= 2 && ascii_alpha(dot.tail.p[0]) && ascii_alpha(dot.tail.p[1]);
    if (is_file_name(name, known, is_alone || path.n))
        take_none(f, NO_FILE);
    else if (known)
        take_indicator(f, INDICATOR_HOST, name, told_path(path));
    else if (has_letters)
        take_none(f, NO_NAME);
    f->is_canonical = f->what == WORD_INDICATOR && canonical && f->kind == INDICATOR_HOST;
}

/* A host without a scheme. */
static void take_bare(struct top_levels *t, struct found_word *f, span host, span path, bool is_alone)
{
    bool canonical;
    host_name lower;
    uint16_t port;
    if (is_name(host, &canonical) && canonical) {
        take_name(t, f, host, path, is_alone, true);
        return;
    }
    host_canon(host, &lower, &port); /* upper case, or letters outside ASCII */
    if (is_name(host_span(&lower), &canonical))
        take_name(t, f, host_span(&lower), path, is_alone, false);
}

/* Nothing but a name in lower case, or an address, as most lines of a list are: no part of it has to be found. */
static bool take_simple(struct top_levels *t, struct found_word *f, span word, bool is_alone)
{
    bool canonical;
    if (!memchr(word.p, '.', word.n) || !is_name(word, &canonical) || !canonical)
        return false;
    f->at = 0;
    f->n = word.n;
    if (!take_address(f, word, (span){NULL, 0}))
        take_name(t, f, word, (span){NULL, 0}, is_alone, true);
    return true;
}

/* Behind "://": any spelling of a host is one. */
static void take_url(struct found_word *f, span rest)
{
    struct url_parts parts = url_split(rest, true);
    host_name host;
    uint16_t port;
    bool canonical;
    size_t slash = 0;
    while (slash < rest.n && rest.p[slash] != '/' && rest.p[slash] != '?' && rest.p[slash] != '#')
        slash++;
    host_canon(span_take(rest, slash), &host, &port);
    if (!parts.host.n || !host.n || (!host.is_literal && (!is_name(host_span(&host), &canonical) || ends_in_number(host_span(&host)))))
        return;
    span path = told_path(span_skip(rest, slash));
    take_indicator(f, host.is_literal ? INDICATOR_ADDRESS : INDICATOR_HOST, host_span(&host), path);
}

/* "domain:evil.example", "url=evil.example": the part behind the last sign that no host has. */
static span behind_label(span word)
{
    size_t end = 0, begin = 0;
    while (end < word.n && word.p[end] != '/' && word.p[end] != '?')
        end++;
    for (size_t i = 0; i < end; i++)
        if (word.p[i] == '=' || word.p[i] == '&' || word.p[i] == '~' || word.p[i] == '*' || word.p[i] == '%')
            begin = i + 1;
    return span_skip(word, begin);
}

static span trim_signs(span s)
{
    while (s.n && !ascii_alpha(s.p[0]) && !ascii_digit(s.p[0]) && (unsigned char)s.p[0] < 0x80 && s.p[0] != '_' &&
           !span_starts(s, SPAN("::")))
        s = span_skip(s, 1);
    while (s.n && memchr(".:!?,~*$@&#", s.p[s.n - 1], 11) && !span_ends(s, SPAN("::")))
        s.n--;
    return s;
}

static void take_plain(struct top_levels *t, struct found_word *f, span word, bool is_alone)
{
    size_t slash = 0;
    span part = trim_signs(behind_label(word));
    while (slash < part.n && part.p[slash] != '/' && part.p[slash] != '?' && part.p[slash] != '#')
        slash++;
    span authority = span_take(part, slash), path = span_skip(part, slash);
    f->at = part.n ? (size_t)(part.p - word.p) : 0;
    f->n = part.n;
    if (is_hash(part)) {
        take_none(f, NO_HASH);
        return;
    }
    if (authority.n && memchr(authority.p, '@', authority.n)) {
        if (memchr(authority.p, '.', authority.n))
            take_none(f, NO_MAIL);
        return;
    }
    if (take_network(f, part) || take_address(f, authority, told_path(path)))
        return;
    span host = without_port(authority);
    cut label = span_rcut(host, ':'); /* domain:evil.example */
    if (take_address(f, host, told_path(path)))
        return;
    host = label.found ? label.tail : host;
    f->at += (size_t)(host.p - authority.p);
    f->n -= (size_t)(host.p - authority.p);
    take_bare(t, f, host, path, is_alone);
}

void indicator_word(struct top_levels *t, span word, bool is_alone, struct found_word *out)
{
    out->what = WORD_NOTHING;
    out->is_canonical = false;
    out->bits = 0;
    if (take_simple(t, out, word, is_alone))
        return;
    size_t scheme = span_find(word, SPAN("://"));
    if (scheme == SIZE_MAX || scheme == 0) {
        take_plain(t, out, word, is_alone);
        return;
    }
    span rest = trim_signs(span_skip(word, scheme + 3));
    size_t start = scheme; /* hxxp: letters and what stands for letters */
    while (start && (ascii_alpha(word.p[start - 1]) || word.p[start - 1] == '*'))
        start--;
    out->at = start;
    out->n = word.n - start - (size_t)(word.p + word.n - (rest.n ? rest.p + rest.n : word.p + scheme + 3));
    take_url(out, rest);
}
