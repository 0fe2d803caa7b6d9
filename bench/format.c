/* SPDX-License-Identifier: Apache-2.0 */
/* format: what one row costs from line to event (cut, typed, derived; hosts not yet canonical), per layout, on
 * made-up lines of the usual length, few enough to lie where the reader that found their ends leaves them. Time
 * of this thread, best of ROUNDS: the machine's other work only ever adds. */
#include "base/when.h"
#include "format/product.h"

#include <stdio.h>
#include <time.h>

enum { LINES = 1000, ROUNDS = 400 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char agent[] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                            "Chrome/118.0.0.0 Safari/537.36";

static span make_line(arena *a, int kind, unsigned i)
{
    unsigned host = i * 2654435761u % 5000, client = i * 40503u % 250;
    switch (kind) {
    case 0:
        return arena_printf(a, "%u.%03u %6u 10.0.3.%u TCP_MISS/200 %u GET http://www%u.example.com/assets/%u/page%u.html "
                               "- HIER_DIRECT/192.0.2.%u text/html", 1790000000u + i / 20, i % 1000, i % 900, client,
                            i * 7 % 90000, host, i % 77, i, host % 250);
    case 1:
        return arena_printf(a, "10.0.3.%u - - [21/Sep/2026:%02u:%02u:%02u +0000] \"GET http://www%u.example.com/assets/%u/"
                               "page%u.html HTTP/1.1\" 200 %u \"http://www%u.example.com/\" \"%s\" TCP_MISS:HIER_DIRECT",
                            client, i / 3600 % 24, i / 60 % 60, i % 60, host, i % 77, i, i * 7 % 90000, host, agent);
    case 3:
        return arena_printf(a, "date=2026-09-21 time=%02u:%02u:%02u devname=\"fw1\" devid=\"FG1\" eventtime=%u000000000 tz=\"+0000\" "
                               "logid=\"0317013312\" type=\"utm\" subtype=\"webfilter\" eventtype=\"ftgd_allow\" level=\"notice\" vd=\"root\" "
                               "policyid=1 sessionid=%u srcip=10.0.3.%u srcport=%u srcintf=\"port2\" srcintfrole=\"lan\" dstip=192.0.2.%u "
                               "dstport=80 dstintf=\"port1\" dstintfrole=\"wan\" proto=6 service=\"HTTP\" hostname=\"www%u.example.com\" "
                               "profile=\"default\" action=\"passthrough\" reqtype=\"direct\" url=\"/assets/%u/page%u.html\" sentbyte=%u "
                               "rcvdbyte=%u direction=\"outgoing\" msg=\"URL belongs to an allowed category in policy\" method=\"domain\" "
                               "cat=52 catdesc=\"Information Technology\" agent=\"%s\"", i / 3600 % 24, i / 60 % 60, i % 60,
                            1790000000u + i / 20, i, client, 1024 + i % 60000, host % 250, host, i % 77, i, i * 3 % 2000, i * 7 % 90000, agent);
    case 4:
        return arena_printf(a, "CEF:0|Forcepoint|Security|8.5.4|76|Transaction permitted|1| act=permitted app=http dvc=10.0.0.9 dst=192.0.2.%u "
                               "dhost=www%u.example.com dpt=80 src=10.0.3.%u spt=%u suser=- loginID=sato%u destinationTranslatedPort=0 "
                               "rt=%u000 in=%u out=%u requestMethod=GET requestClientApplication=%s reason=- cs1Label=Policy cs1=Default "
                               "cs2Label=DynCat cs2=0 cs3Label=ContentType cs3=text/html request=http://www%u.example.com/assets/%u/page%u.html "
                               "logRecordSource=OnPrem", host % 250, host, client, 1024 + i % 60000, client, 1790000000u + i / 20,
                            i * 7 % 90000, i * 3 % 2000, agent, host, i % 77, i);
    case 5:
        return arena_printf(a, "{\"ts\":%u.%06u,\"uid\":\"C%uhBZ1qk3\",\"id.orig_h\":\"10.0.3.%u\",\"id.orig_p\":%u,\"id.resp_h\":"
                               "\"192.0.2.%u\",\"id.resp_p\":80,\"trans_depth\":1,\"method\":\"GET\",\"host\":\"www%u.example.com\","
                               "\"uri\":\"/assets/%u/page%u.html\",\"referrer\":\"http://www%u.example.com/\",\"version\":\"1.1\","
                               "\"user_agent\":\"%s\",\"request_body_len\":0,\"response_body_len\":%u,\"status_code\":200,"
                               "\"status_msg\":\"OK\",\"tags\":[],\"resp_fuids\":[\"F%u\"],\"resp_mime_types\":[\"text/html\"]}",
                            1790000000u + i / 20, i % 1000000, i, client, 40000 + i, host % 250, host, i % 77, i, host, agent,
                            i * 7 % 90000, i);
    case 6:
        if (i == 0)
            return SPAN("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tversion"
                        "\tuser_agent\trequest_body_len\tresponse_body_len\tstatus_code\tstatus_msg\ttags\tresp_fuids\tresp_mime_types");
        return arena_printf(a, "%u.%06u\tC%uhBZ1qk3\t10.0.3.%u\t%u\t192.0.2.%u\t80\t1\tGET\twww%u.example.com\t/assets/%u/page%u.html\t"
                               "http://www%u.example.com/\t1.1\t%s\t0\t%u\t200\tOK\t(empty)\tF%u\ttext/html",
                            1790000000u + i / 20, i % 1000000, i, client, 40000 + i, host % 250, host, i % 77, i, host, agent,
                            i * 7 % 90000, i);
    default:
        return arena_printf(a, "10.0.3.%u - - [21/Sep/2026:%02u:%02u:%02u +0000] \"GET /assets/%u/page%u.html HTTP/1.1\" "
                               "200 %u \"http://www%u.example.com/\" \"%s\"", client, i / 3600 % 24, i / 60 % 60, i % 60,
                            i % 77, i, i * 7 % 90000, host, agent);
    }
}

int main(void)
{
    static const char *const names[] = {"squid", "combined (Squid)", "combined (Apache)", "pairs (FortiGate)", "CEF (Forcepoint)",
                                        "JSON (Zeek)", "columns (Zeek)"};
    for (int kind = 0; kind < 7; kind++) {
        arena a = {0};
        span *lines = arena_new(&a, span, LINES);
        size_t bytes = 0;
        for (unsigned i = 0; i < LINES; i++)
            bytes += (lines[i] = make_line(&a, kind, i)).n + 1;
        struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES};
        struct layout layout;
        struct format_refusal refusal;
        fault f = format_recognise(&a, &options, lines, LINES, &layout, &refusal);
        if (f.kind) {
            fprintf(stderr, "%s: %s\n", names[kind], f.text);
            return 1;
        }
        double best = 1e9;
        uint64_t sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double start = now();
            for (size_t i = 0; i < LINES; i++) {
                event e;
                sum += format_row(&layout, lines[i], &(arena){0}, &e) == ROW_EVENT ? e.at[FIELD_BYTES_IN].number + e.at[FIELD_HOST].text.n : 0;
            }
            double seconds = now() - start;
            best = seconds < best ? seconds : best;
        }
        printf("%-18s %6.1f ns/row %7.0f MB/s  (%zu B/row, check %llu)\n", names[kind], best * 1e9 / LINES,
               (double)bytes / best / 1e6, bytes / LINES, (unsigned long long)sum);
        arena_free(&a);
    }
    return 0;
}
