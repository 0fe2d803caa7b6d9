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
    default:
        return arena_printf(a, "10.0.3.%u - - [21/Sep/2026:%02u:%02u:%02u +0000] \"GET /assets/%u/page%u.html HTTP/1.1\" "
                               "200 %u \"http://www%u.example.com/\" \"%s\"", client, i / 3600 % 24, i / 60 % 60, i % 60,
                            i % 77, i, i * 7 % 90000, host, agent);
    }
}

int main(void)
{
    static const char *const names[] = {"squid", "combined (Squid)", "combined (Apache)"};
    for (int kind = 0; kind < 3; kind++) {
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
