/* SPDX-License-Identifier: Apache-2.0 */
/* known/suffixes.c: the Public Suffix List through libpsl. */
#include "known/domain.h"

#include <libpsl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/when.h"
#include "known/suffixes.h"

enum { NAME_MAX_BYTES = 253 }; /* RFC 1035 2.3.4: 255 on the wire */

struct suffixes {
    psl_ctx_t *own; /* from the list file; NULL: libpsl's own is used */
    const psl_ctx_t *psl;
    char version[16]; /* the list's date */
    char sha256[65];  /* of the list file; "" for libpsl's own, whose bytes are not to be had */
};

static void set_version(struct suffixes *s, int64_t seconds)
{
    civil day = when_to_civil(seconds * 1000, 0);
    snprintf(s->version, sizeof s->version, "%04d-%02d-%02d", day.year % 10000, day.month % 100, day.day % 100);
}

static bool sum_file(const char *path, char hex[65])
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    sha256 sum = sha256_begin();
    char block[16384];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        sha256_raw(&sum, span_of(block, n));
    sha256_end(&sum, hex, 64);
    bool is_whole = !ferror(file);
    fclose(file);
    return is_whole;
}

static bool load_file(struct suffixes *s, const char *path)
{
    struct stat st;
    if (!path || stat(path, &st) != 0 || !sum_file(path, s->sha256))
        return false;
    s->own = psl_load_file(path);
    s->psl = s->own;
    set_version(s, (int64_t)st.st_mtime);
    return s->own != NULL;
}

fault known_suffixes_open(struct suffixes **out)
{
    struct suffixes *s = mem_alloc(sizeof *s);
    *out = NULL;
    if (!load_file(s, psl_dist_filename())) {
        s->sha256[0] = '\0';
        s->psl = psl_builtin();
        set_version(s, (int64_t)psl_builtin_file_time());
    }
    if (!s->psl) {
        mem_free(s);
        return fault_make(FAULT_IO,
                          "no Public Suffix List: %s cannot be read and libpsl has none built in; "
                          "install the package publicsuffix",
                          psl_dist_filename());
    }
    *out = s;
    return NO_FAULT;
}

void known_suffixes_close(struct suffixes *s)
{
    if (!s)
        return;
    psl_free(s->own);
    mem_free(s);
}

struct list_used suffixes_list(const struct suffixes *s)
{
    struct list_used list = {.name = SPAN("public suffixes"), .version = span_str(s->version)};
    memcpy(list.sha256, s->sha256, sizeof list.sha256);
    return list;
}

bool suffixes_is_top_level(const struct suffixes *s, span label)
{
    char name[NAME_MAX_BYTES + 1];
    if (label.n == 0 || label.n > NAME_MAX_BYTES || memchr(label.p, '.', label.n) || memchr(label.p, '\0', label.n))
        return false;
    memcpy(name, label.p, label.n);
    name[label.n] = '\0';
    return psl_is_public_suffix2(s->psl, name, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
}

/* A last label of digits is an IPv4 address (RFC 1123 2.1: no top-level domain is numeric), a colon an IPv6 one. */
static bool is_plain_name(span host)
{
    cut at_dot = span_rcut(host, '.');
    uint64_t number;
    if (host.n == 0 || host.n > NAME_MAX_BYTES || span_u64(at_dot.found ? at_dot.tail : host, &number))
        return false;
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == ':' || (unsigned char)host.p[i] <= ' ')
            return false;
    return true;
}

span known_domain(const struct suffixes *s, span host)
{
    if (!is_plain_name(host))
        return host;
    char name[NAME_MAX_BYTES + 1];
    memcpy(name, host.p, host.n);
    name[host.n] = '\0';
    const char *domain = psl_registrable_domain(s->psl, name);
    return domain ? span_skip(host, (size_t)(domain - name)) : host;
}
