/* SPDX-License-Identifier: Apache-2.0 */
/* Microsoft IIS: its own format with commas, a web server's. Facts: docs/formats/iis.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"client", FIELD_CLIENT, CUT_CLIENT},
    {"user", FIELD_USER, CUT_TEXT},
    {"date", FIELD_TIME, CUT_MONTH_FIRST},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"server-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"time-taken", FIELD_DURATION, CUT_MILLISECONDS},
    {"bytes-received", FIELD_BYTES_OUT, CUT_NUMBER},
    {"bytes-sent", FIELD_BYTES_IN, CUT_NUMBER},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"target", FIELD_PATH, CUT_TEXT},
    {"parameters", FIELD_QUERY, CUT_SOME_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"client", "date", "time", "bytes-received", "bytes-sent", "win32-status", NULL};

#define COLUMNS "client,user,date,time,service,server,server-ip,time-taken,bytes-received,bytes-sent,status,win32-status,method,target,parameters"

const struct vocabulary vocabulary_iis_comma = {
    .name = "iis-comma", .fields = fields, .must = must, .stamp = STAMP_END, .is_server = true,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {{NAMED_CSV, COLUMNS, "198.51.100.7, -, 11/21/2026, 21:19:32, W3SVC1, WEB1, 192.0.2.80, 15, 769, 1834, 200, 0, GET, /x, -,"}},
};
