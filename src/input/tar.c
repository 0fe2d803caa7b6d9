/* SPDX-License-Identifier: Apache-2.0 */
#include "input/tar.h"

/* Places in a header block (POSIX.1-2017, pax, "ustar Interchange Format"). */
enum { NAME = 0, NAME_N = 100, SIZE = 124, SIZE_N = 12, SUM = 148, SUM_N = 8, TYPE = 156, MAGIC = 257, PREFIX = 345, PREFIX_N = 155 };
enum { EXTRA_MAX = 64 * 1024 };  /* bytes of a pax header or of a long name */

/* Octal digits between spaces and NULs; GNU writes large numbers in binary behind a set high bit. */
static bool read_number(const unsigned char *p, size_t n, uint64_t *out)
{
    uint64_t v = 0;
    size_t i = 0;
    if (p[0] & 0x80) {
        for (i = 1; i < n; i++) {
            if (v >> 55)
                return false;
            v = v << 8 | p[i];
        }
        *out = v;
        return p[0] == 0x80;
    }
    while (i < n && p[i] == ' ')
        i++;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
        v = v << 3 | (uint64_t)(p[i] - '0');
    *out = v;
    return i == n || p[i] == ' ' || p[i] == '\0';
}

static bool sum_is_right(const unsigned char *h)
{
    uint64_t said, sum = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= SUM && i < SUM + SUM_N ? ' ' : h[i];
    return h[NAME] && read_number(h + SUM, SUM_N, &said) && said == sum;
}

bool tar_begins(span head) { return head.n >= TAR_BLOCK && sum_is_right((const unsigned char *)head.p); }

struct tar tar_open(struct layer *below) { return (struct tar){.below = below, .long_size = UINT64_MAX}; }

static size_t length_of(const char *p, size_t max)
{
    const char *nul = memchr(p, '\0', max);
    return nul ? (size_t)(nul - p) : max;
}

static void keep_name(struct tar *t, span name)
{
    t->long_name_n = (size_t)min_u64(length_of(name.p, name.n), TAR_NAME_MAX);
    memcpy(t->long_name, name.p, t->long_name_n);
}

/* "LENGTH KEY=VALUE\n" one after another; the length counts itself. */
static void read_pax(struct tar *t, span text)
{
    while (text.n) {
        cut record = span_cut(text, ' ');
        uint64_t length;
        if (!record.found || !span_u64(record.head, &length) || length > text.n || length < record.head.n + 2)
            return;
        span pair = span_take(record.tail, (size_t)length - record.head.n - 2);
        cut c = span_cut(pair, '=');
        if (span_eq(c.head, SPAN("path")) && c.tail.n)
            keep_name(t, c.tail);
        else if (span_eq(c.head, SPAN("size")) && !span_u64(c.tail, &t->long_size))
            t->long_size = UINT64_MAX;
        text = span_skip(text, (size_t)length);
    }
}

/* A header that speaks of the next member. */
static void read_extra(struct tar *t, char type, uint64_t size)
{
    size_t n = (size_t)min_u64(size, EXTRA_MAX);
    char *text = mem_alloc(n + 1);
    n = layer_read(t->below, t->at, text, n);
    if (type == 'L')
        keep_name(t, span_of(text, n));
    else if (type == 'x')
        read_pax(t, span_of(text, n));
    mem_free(text);
}

static void take_name(struct tar *t, const unsigned char *h, struct tar_member *m)
{
    const char *name = (const char *)h + NAME, *prefix = (const char *)h + PREFIX;
    m->name_n = 0;
    if (t->long_name_n) {
        memcpy(m->name, t->long_name, t->long_name_n);
        m->name_n = t->long_name_n;
        return;
    }
    size_t prefix_n = memcmp(h + MAGIC, "ustar\0", 6) == 0 ? length_of(prefix, PREFIX_N) : 0; /* GNU keeps times there */
    if (prefix_n) {
        memcpy(m->name, prefix, prefix_n);
        m->name[prefix_n] = '/';
        m->name_n = prefix_n + 1;
    }
    size_t n = length_of(name, NAME_N);
    memcpy(m->name + m->name_n, name, n);
    m->name_n += n;
}

static enum tar_type type_of(char type, const struct tar_member *m)
{
    switch (type) {
    case '1': case '2':
        return TAR_LINK;
    case '3': case '4': case '6':
        return TAR_DEVICE;
    case '5': case 'D': case 'V':
        return TAR_FOLDER;
    case 'S':
        return TAR_SPARSE;
    case '0': case '\0': /* before ustar a folder was a file whose name ends in a slash */
        return m->name_n && m->name[m->name_n - 1] == '/' ? TAR_FOLDER : TAR_FILE;
    default:
        return TAR_FILE;     /* POSIX: what is not known is a file */
    }
}

static bool ends(struct tar *t, const char *how)
{
    t->problem = t->below->problem.kind ? t->below->problem
                 : fault_make(FAULT_CORRUPT, "%s: the tar archive %s at byte %llu: what it held behind that is not read", t->below->path,
                              how, (unsigned long long)t->at);
    return false;
}

static bool is_zero(const unsigned char *h)
{
    for (size_t i = 0; i < TAR_BLOCK; i++)
        if (h[i])
            return false;
    return true;
}

bool tar_next(struct tar *t, struct tar_member *m)
{
    unsigned char h[TAR_BLOCK];
    for (;;) {
        size_t got = layer_read(t->below, t->at, h, sizeof h);
        if (got < sizeof h)
            return got || t->below->broken ? ends(t, "is cut off") : false;
        if (is_zero(h))
            return false;
        uint64_t size;
        if (!sum_is_right(h) || !read_number(h + SIZE, SIZE_N, &size))
            return ends(t, "is damaged");
        char type = (char)h[TYPE];
        bool is_extra = type == 'L' || type == 'K' || type == 'x' || type == 'g';
        if (!is_extra && t->long_size != UINT64_MAX)
            size = t->long_size;
        if (size > INT64_MAX / 2 - t->at)
            return ends(t, "is damaged");
        t->at += TAR_BLOCK;
        m->at = t->at;
        if (is_extra)
            read_extra(t, type, size);
        t->at += (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
        if (is_extra)
            continue;
        take_name(t, h, m);
        m->type = type_of(type, m);
        m->size = m->type == TAR_FILE ? size : 0;
        t->long_name_n = 0;
        t->long_size = UINT64_MAX;
        return true;
    }
}
