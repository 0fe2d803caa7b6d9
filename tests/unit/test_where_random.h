/* SPDX-License-Identifier: Apache-2.0 */
/* The world that test_where_random.c filters: hosts and clients with spellings of the same, and rows drawn from them. */
#ifndef KONSEKI_TEST_WHERE_RANDOM_H
#define KONSEKI_TEST_WHERE_RANDOM_H

#include <stdio.h>
#include <stdlib.h>

#include "rule/where.h"

static uint64_t seed = 1;

static unsigned pick(unsigned n) /* splitmix64, Vigna 2015 */
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ z >> 31) >> 33) % n;
}

#define PICK(array) ((array)[pick(COUNT_OF(array))])

static void die(const char *what, const char *text)
{
    fprintf(stderr, "not ok where_random\n%s: %s\n", what, text);
    exit(1);
}

/* ---- hosts and clients, each with spellings of the same ---- */

struct place {
    const char *canonical, *domain;
    uint32_t v4; /* 0: a name, or IPv6 */
    const char *spelled[5];
};

static const struct place hosts[] = {
    {"www.biosnews.info", "biosnews.info", 0, {"www.biosnews.info", "WWW.BiosNews.INFO", "www.biosnews.info.", "w%77w.bios%4eews.info", "ｗww.biosnews.info"}},
    {"biosnews.info", "biosnews.info", 0, {"biosnews.info", "biosnews.info.", "BIOSNEWS.info", "biosnews%2einfo", "biosnews。info"}},
    {"notbiosnews.info", "notbiosnews.info", 0, {"notbiosnews.info", "notbiosnews.info", "NotBiosnews.info", "%6eotbiosnews.info", "notbiosnews.info"}},
    {"a.b.example.co.jp", "example.co.jp", 0, {"a.b.example.co.jp", "A.B.example.co.jp", "a.b.example.co.jp.", "a.b.exampl%65.co.jp", "a.b.example.co．jp"}},
    {"xn--wgv71a119e.jp", "xn--wgv71a119e.jp", 0, {"日本語.jp", "xn--wgv71a119e.jp", "XN--WGV71A119E.JP", "%e6%97%a5本語.jp", "日本語。jp"}},
    {"198.51.100.7", "198.51.100.7", 0xc6336407, {"198.51.100.7", "0xc6.51.100.7", "3325256711", "[::ffff:c633:6407]", "198.51.0144.07"}},
    {"198.51.100.70", "198.51.100.70", 0xc6336446, {"198.51.100.70", "198.51.25670", "198.0x336446", "198.51.100.7%30", "198.51.100.70."}},
    {"10.0.0.7", "10.0.0.7", 0x0a000007, {"10.0.0.7", "10.7", "012.0.0.7", "10.0.07", "0x0a.0.0.7"}},
    {"2001:db8::1", "2001:db8::1", 0, {"2001:db8::1", "[2001:DB8::1]", "2001:0db8:0:0::1", "2001:db8::0.0.0.1", "2001:db8:0:0:0:0:0:1"}},
    {"intranet", "intranet", 0, {"intranet", "INTRANET", "intranet.", "intr%61net", "intranet"}},
};

static const struct place clients[] = {
    {"192.168.16.109", "", 0xc0a8106d, {"192.168.16.109", "192.168.4205", "::ffff:192.168.16.109", "192.168.16.109", "0xc0a8106d"}},
    {"192.168.16.110", "", 0xc0a8106e, {"192.168.16.110", "192.168.16.110", "192.168.020.110", "192.168.16.110", "192.168.16.110"}},
    {"192.168.17.1", "", 0xc0a81101, {"192.168.17.1", "192.168.17.1", "192.168.17.01", "192.168.4353", "192.168.17.1"}},
    {"10.0.0.7", "", 0x0a000007, {"10.0.0.7", "10.0.0.7", "10.0.7", "10.0.0.7", "10.0.0.0x7"}},
    {"pc-17.corp", "", 0, {"pc-17.corp", "PC-17.corp", "pc-17.CORP", "pc-17.corp", "pc-17.corp"}},
    {"2001:db8::17", "", 0, {"2001:db8::17", "2001:DB8::17", "2001:db8:0:0:0:0:0:17", "2001:db8::17", "2001:db8::17"}},
};

/* ---- events: what was logged, and what it means ---- */

struct row {
    event e;
    const struct place *host, *client;
    const char *text[FIELD_COUNT];  /* as logged */
    char line[2048];
};

static const enum field text_fields[] = {FIELD_METHOD, FIELD_AGENT, FIELD_PATH, FIELD_USER, FIELD_MIME};
static const enum field number_fields[] = {FIELD_STATUS, FIELD_BYTES_OUT, FIELD_PORT};
static const char *const words[] = {"GET", "CONNECT", "get", "Mozilla/5.0 (X11; U)", "curl/7.88", "Curl", "/a/b.exe", "/A/b.EXE",
                                    "/index.html", "/", "alice", "ALICE", "it's \"odd\"", "text/html", "back\\slash"};
static const char *const blanks[] = {"-", "None", "unknown", "NA", ""};
static const uint64_t numbers[] = {0, 1, 199, 200, 404, 1023, 1024, 1025, 65535, 1048576, 1048577, UINT64_MAX};

static void log_text(struct row *r, size_t *used, enum field f, const char *text)
{
    size_t n = strlen(text);
    r->text[f] = text;
    memcpy(r->line + *used, text, n);
    r->e.at[f].text = span_of(r->line + *used, n);
    *used += n;
    r->line[(*used)++] = ' ';
}

/* Unlogged, absent, blank or a value: the state is drawn. */
static bool draw_state(struct row *r, enum field f, bool is_text)
{
    unsigned state = pick(8);
    uint64_t bit = UINT64_C(1) << f;
    r->e.gives |= state ? bit : 0;
    r->e.blank |= state == 2 && is_text ? bit : 0;
    r->e.has |= state > 2 || (state == 2 && !is_text) ? bit : 0;
    return r->e.has & bit;
}

static void draw_texts(struct row *r, size_t *used)
{
    for (size_t i = 0; i < COUNT_OF(text_fields); i++) {
        enum field f = text_fields[i];
        if (draw_state(r, f, true))
            log_text(r, used, f, f == FIELD_PATH ? words[6 + pick(4)] : PICK(words));
        else if (event_state(&r->e, f) == STATE_BLANK)
            log_text(r, used, f, PICK(blanks));
    }
}

static void draw_row(struct row *r)
{
    size_t used = 0;
    memset(r, 0, sizeof *r);
    r->host = &PICK(hosts);
    r->client = &PICK(clients);
    if (draw_state(r, FIELD_HOST, true))
        log_text(r, &used, FIELD_HOST, PICK(r->host->spelled));
    else if (event_state(&r->e, FIELD_HOST) == STATE_BLANK)
        log_text(r, &used, FIELD_HOST, PICK(blanks));
    if (draw_state(r, FIELD_CLIENT, true))
        log_text(r, &used, FIELD_CLIENT, PICK(r->client->spelled));
    else if (event_state(&r->e, FIELD_CLIENT) == STATE_BLANK)
        log_text(r, &used, FIELD_CLIENT, PICK(blanks));
    draw_texts(r, &used);
    for (size_t i = 0; i < COUNT_OF(number_fields); i++)
        if (draw_state(r, number_fields[i], false))
            r->e.at[number_fields[i]].number = PICK(numbers);
    if (draw_state(r, FIELD_OUTCOME, false))
        r->e.at[FIELD_OUTCOME].number = pick(OUTCOME_COUNT);
    if (draw_state(r, FIELD_TIME, false)) /* minutes around two midnights */
        r->e.at[FIELD_TIME].ms = INT64_C(1763733600000) + (int64_t)pick(4000) * 60000 + pick(60000) - 7200000;
    if (draw_state(r, FIELD_DURATION, false))
        r->e.at[FIELD_DURATION].ms = pick(4) * 1000 + pick(2);
    r->e.is_tunnel = pick(2);
}

#endif
