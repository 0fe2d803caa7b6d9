/* SPDX-License-Identifier: Apache-2.0 */
/* Proxifier: what the programs of one machine sent through its proxies, a row when a connection closes. The stamp in front
 * is an envelope's, for it has no year. Facts: docs/formats/proxifier.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"program", FIELD_CLIENT, CUT_CLIENT},
    {"target", FIELD_HOST, CUT_AUTHORITY},
    {"out", FIELD_BYTES_OUT, CUT_NUMBER},
    {"in", FIELD_BYTES_IN, CUT_NUMBER},
    {"lifetime", FIELD_DURATION, CUT_LIFETIME},
    {NULL, 0, 0},
};
static const char *const must[] = {"program", "target", "closed", "lifetime", NULL};

/* Whatever goes through the proxy goes through a tunnel. */
static void settle(event *e) { e->is_tunnel = true; }

#define BEGIN(program) program " dash=- target closed=close,!open|error "
#define SIZE(name, verb) name " unit=bytes " verb "=" verb ", "
#define LONG_SIZE(name, verb) name " unit=bytes rounded rounded-unit " verb "=" verb ", "
#define END "word=lifetime lifetime ?second"
#define ROW(program, out, in) "[11.21 21:19:32] " program " - a.example:443 close, " out " sent, " in " received, lifetime "

const struct vocabulary vocabulary_proxifier = {
    .name = "proxifier", .fields = fields, .must = must, .settle = settle, .stamp = STAMP_END,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {
        {NAMED_W3C, BEGIN("program") SIZE("out", "sent") SIZE("in", "received") END, ROW("curl.exe", "403 bytes", "426 bytes") "<1 sec"},
        {NAMED_W3C, BEGIN("program") LONG_SIZE("out", "sent") SIZE("in", "received") END,
         ROW("curl.exe", "1190 bytes (1.16 KB)", "426 bytes") "00:02"},
        {NAMED_W3C, BEGIN("program") SIZE("out", "sent") LONG_SIZE("in", "received") END,
         ROW("curl.exe", "403 bytes", "18846 bytes (18.4 KB)") "01:12:00"},
        {NAMED_W3C, BEGIN("program") LONG_SIZE("out", "sent") LONG_SIZE("in", "received") END,
         ROW("curl.exe", "1190 bytes (1.16 KB)", "18846 bytes (18.4 KB)") "<1 sec"},
        {NAMED_W3C, BEGIN("program bits=*64") SIZE("out", "sent") SIZE("in", "received") END, ROW("curl.exe *64", "403 bytes", "426 bytes") "<1 sec"},
        {NAMED_W3C, BEGIN("program bits=*64") LONG_SIZE("out", "sent") SIZE("in", "received") END,
         ROW("curl.exe *64", "1190 bytes (1.16 KB)", "426 bytes") "<1 sec"},
        {NAMED_W3C, BEGIN("program bits=*64") SIZE("out", "sent") LONG_SIZE("in", "received") END,
         ROW("curl.exe *64", "403 bytes", "18846 bytes (18.4 KB)") "<1 sec"},
        {NAMED_W3C, BEGIN("program bits=*64") LONG_SIZE("out", "sent") LONG_SIZE("in", "received") END,
         ROW("curl.exe *64", "1190 bytes (1.16 KB)", "18846 bytes (18.4 KB)") "00:19"},
    },
};
