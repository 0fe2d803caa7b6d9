/* SPDX-License-Identifier: Apache-2.0 */
/* format/product.h: a product = what its log looks like, in the language of its own configuration. One file
 * per product, one name in meson.build: that is all a new one takes. What stamps and counters mean follows
 * from the language (compile_squid.c, compile_apache.c, compile_nginx.c). */
#ifndef KONSEKI_PRODUCT_H
#define KONSEKI_PRODUCT_H

#include "format/plan.h"
#include "text/text.h"

enum { PRODUCT_VARIANTS_MAX = 6, CONF_PLANS_MAX = 10 };

struct format_product {
    const char *name;                   /* --format NAME, and `format` in JSON */
    enum text_key what;                 /* one line: whose log this is */
    struct {
        fault (*compile)(arena *a, span definition, struct plan *out);
        const char *definition;         /* NULL: no further variant */
        const char *example;            /* a line of it: the registry test reads it */
    } variants[PRODUCT_VARIANTS_MAX];
};

/* Every product, in the order in which they are tried. NULL past the last one. */
const struct format_product *format_product_at(size_t i);

/* The logformat lines of a squid.conf (continued with a backslash too) as plans under their own names: those an
 * access_log line uses first. Definitions without a time are left out unless in use. FAULT_USAGE: one that is in use
 * cannot be compiled. */
fault squid_conf_plans(arena *a, span text, struct plan *plans, size_t *n) MUST_USE;

#endif
