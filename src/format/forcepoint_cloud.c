/* SPDX-License-Identifier: Apache-2.0 */
/* Forcepoint Web Security Cloud, the CSV that its report export and its log download write: days first, no sizes. Facts:
 * docs/formats/forcepoint_cloud.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DAY_FIRST},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"user", FIELD_USER, CUT_TEXT},
    {"workstation", FIELD_CLIENT_NAME, CUT_SOME_TEXT},
    {"category", FIELD_CATEGORY, CUT_TEXT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"destination_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"source_ip", FIELD_CLIENT, CUT_SOME_TEXT},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"method", FIELD_METHOD, CUT_METHOD},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "url", "source_ip", "connection_ip", NULL};
static const struct outcome_word outcomes[] = {
    {"Allowed", OUTCOME_ALLOWED}, {"Permitted", OUTCOME_ALLOWED}, {"Blocked", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_forcepoint_cloud = {
    .name = "forcepoint", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_START,
    .examples = {{NAMED_CSV,
                  "date,time,user,workstation,category,action,risk_class,policy,url,connection_ip,destination_ip,source_ip,threat_type,"
                  "threat_name,user_agent,status,method",
                  "\"21/11/2026\",\"21:19:32\",\"sato@corp.example\",\"pc1\",\"News\",\"Allowed\",\"Business Usage\",\"Default\","
                  "\"HTTPS://a.example/x\",\"203.0.113.1\",\"192.0.2.7\",\"10.0.0.1\",\"None\",\"None\",\"Mozilla/5.0 (Windows NT 10.0)\","
                  "\"200\",\"Get\""}},
};
