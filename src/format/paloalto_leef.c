/* SPDX-License-Identifier: Apache-2.0 */
/* Palo Alto Networks firewalls, URL and traffic logs as LEEF. Facts: docs/formats/paloalto-cef.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"devTime", FIELD_TIME, CUT_ANY_TIME},
    {"ElapsedTime", FIELD_DURATION, CUT_SECONDS},
    {"SessionDuration", FIELD_DURATION, CUT_SECONDS},
    {"SessionID", FIELD_SESSION, CUT_TEXT},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"srcPort", FIELD_CLIENT_PORT, CUT_PORT},
    {"usrName", FIELD_USER, CUT_TEXT},
    {"RequestMethod", FIELD_METHOD, CUT_METHOD},
    {"HTTPMethod", FIELD_METHOD, CUT_METHOD},
    {"URL", FIELD_URL, CUT_BARE_URL},
    {"Miscellaneous", FIELD_URL, CUT_BARE_URL},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dstPort", FIELD_SERVER_PORT, CUT_PORT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"Action", FIELD_ACTION, CUT_TEXT},
    {"srcBytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"dstBytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"totalBytes", FIELD_BYTES_TOTAL, CUT_NUMBER},
    {"Bytes", FIELD_BYTES_TOTAL, CUT_NUMBER},
    {"UserAgent", FIELD_AGENT, CUT_TEXT},
    {"Referer", FIELD_REFERER, CUT_TEXT},
    {"ContentType", FIELD_MIME, CUT_TEXT},
    {"URLCategory", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Palo Alto Networks", "cat", "src", "Subtype|SubType", NULL};
static const struct row_kind kinds[] = {
    {"Subtype", "start", KIND_SKIPPED}, {"SubType", "start", KIND_SKIPPED}, {"Subtype", "url", SESSION_REQUEST},
    {"SubType", "url", SESSION_REQUEST}, {"cat", "TRAFFIC", SESSION_CARRIER}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED}, {"alert", OUTCOME_ALLOWED}, {"continue", OUTCOME_ALLOWED}, {"override", OUTCOME_ALLOWED},
    {"block", OUTCOME_BLOCKED}, {"block-url", OUTCOME_BLOCKED}, {"block-continue", OUTCOME_BLOCKED},
    {"block-override", OUTCOME_BLOCKED}, {"deny", OUTCOME_BLOCKED}, {"drop", OUTCOME_BLOCKED},
    {"drop-icmp", OUTCOME_BLOCKED}, {"reset-client", OUTCOME_BLOCKED}, {"reset-server", OUTCOME_BLOCKED},
    {"reset-both", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_paloalto_leef = {
    .name = "paloalto", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_LEEF, NULL,
         "LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|10.1.5|allow|cat=TRAFFIC|"
         "ReceiveTime=2026/11/21 21:19:33|SerialNumber=1|Type=TRAFFIC|Subtype=end|devTime=Nov 21 2026 "
         "21:19:32 GMT|src=10.0.0.1|dst=192.0.2.7|usrName=corp\\sato|Application=web-browsing|SessionID=81|"
         "srcPort=51000|dstPort=80|proto=tcp|action=allow|totalBytes=6100|dstBytes=5200|srcBytes=900|"
         "ElapsedTime=61|URLCategory=news"},
        {NAMED_LEEF, NULL,
         "LEEF:2.0|Palo Alto Networks|Next Generation Firewall|10.1|news| |"
         "TimeReceived=2026-11-21T21:19:33.000000Z DeviceSN=1 cat=threat SubType=url "
         "devTime=2026-11-21T21:19:32.000000Z src=10.0.0.1 dst=192.0.2.7 usrName=corp\\sato "
         "Application=web-browsing SessionID=81 srcPort=51000 dstPort=80 proto=tcp Action=alert "
         "URL=a.example/x ContentType=text/html UserAgent=Mozilla/5.0 (X11; Linux x86_64) Referer="},
    },
};
