/* SPDX-License-Identifier: Apache-2.0 */
/* Zscaler NSS, the web log in the feed's standard CSV. Facts: docs/formats/zscaler-csv.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"time", FIELD_TIME, CUT_PATTERN_TIME},
    {"login", FIELD_USER, CUT_SOME_TEXT},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"reqsize", FIELD_BYTES_OUT, CUT_NUMBER},
    {"respsize", FIELD_BYTES_IN, CUT_NUMBER},
    {"urlcat", FIELD_CATEGORY, CUT_SOME_TEXT},
    {"cip", FIELD_CLIENT, CUT_CLIENT},
    {"sip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"reqmethod", FIELD_METHOD, CUT_METHOD},
    {"respcode", FIELD_STATUS, CUT_STATUS},
    {"ua", FIELD_AGENT, CUT_TEXT},
    {"ereferer", FIELD_REFERER, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"time", "login", "url", "action", "reqsize", "cip", NULL};
static const struct outcome_word outcomes[] = {{"Allowed", OUTCOME_ALLOWED}, {"Blocked", OUTCOME_BLOCKED}, {NULL, 0}};

const struct vocabulary vocabulary_zscaler_csv = {
    .name = "zscaler", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_END, .counts_headers_in = true,
    .counts_headers_out = true, .time_pattern = "%a %b %d %H:%M:%S %Y",
    .examples = {{NAMED_CSV,
                  "time,login,proto,url,action=Allowed|Blocked,appname,appclass,reqsize,respsize,stime,ctime,urlclass,urlsupercat,urlcat,"
                  "malwarecat,threatname,riskscore,dlpeng,dlpdict,location,dept,cip,sip,reqmethod,respcode,ua,ereferer,?ruletype,"
                  "rulelabel,contenttype,unscannabletype,deviceowner,devicehostname,keyprotectiontype",
                  "\"Sat Nov 21 21:19:32 2026\",\"sato@corp.example\",\"HTTPS\",\"a.example/x\",\"Allowed\",\"General Browsing\",\"General\","
                  "\"210\",\"512\",\"0\",\"0\",\"Business Use\",\"News\",\"News\",\"None\",\"None\",\"0\",\"None\",\"None\",\"HQ\",\"Sales\","
                  "\"10.0.0.1\",\"192.0.2.7\",\"GET\",\"200\",\"Mozilla/5.0 (Windows NT 10.0)\",\"None\",\"FwFilter\",\"Rule_1\",\"Other\","
                  "\"None\",\"NA\",\"NA\",\"N/A\""}},
};
