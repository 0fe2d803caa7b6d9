/* SPDX-License-Identifier: Apache-2.0 */
/* The screen of hunt. `test_report en|ja` prints it instead, to look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "report/report.h"

#include "report_sample.h"

enum { COLUMNS = 80 };

static sink shown(const struct hunt_result *r, struct report_options options)
{
    sink o = sink_memory();
    report_by_name(SPAN("hunt_text"))->render(r, &options, &o);
    return o;
}

static void assert_shows(span screen, const char *line)
{
    if (span_find(screen, span_str(line)) == SIZE_MAX)
        fail_msg("not on the screen: %s\n%.*s", line, (int)screen.n, screen.p);
}

static void the_screen_says_what_to_do_and_why(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    sink o = shown(&s.r, (struct report_options){0});
    static const char *const lines[] = {
        "konseki hunt, 2 inputs      3,953 rows, 12 clients, 35 hosts; 2 bad, 1 skipped\n",
        "3,949 of 3,950 rows used; 1 repeated in another input, 0 merged\n",
        "2026-11-21 21:19:32 - 21:32:27 +00:00 (epoch stamps)  squid logformat, inferred\n",
        "\nNOT VISIBLE: bytes out\n", "\nCOULD NOT LOOK, or only in part\n  agent beacon every 7 s: agent beacon every 7 s; missing: bytes out\n",
        "ACT NOW 1  LOOK TODAY 1  ASK OWNER 1\nleads 51 (--leads)  explained away 24 (--all)\n",
        "\n[1] ACT NOW   agent beacon every 7 s\n",
        "\n  isolate  127.0.1.13 (pc13)   agent beacon every 7 s\n           127.0.1.13\n",
        "\n  block    cdn-metrics.example.site  cdn-metrics.example.site\n"
        "           cdn-metrics.example.site  and 4 more\n",
        "\n  allowed? yes, 114 of 114 rows\n  over?    NO, active at log end: agent beacon every 7 s\n",
        "\n  stolen?  at most 35,028,003 bytes left for these hosts; agent beacon every 7 s\n",
        "\n  21:19:32 .13 agent beacon every 7 s\n",
        "\n       beat     agent beacon every 7 s                                        +8\n",
        "\n       shape    beacon every 7 s 110                                         -10\n",
        "\n       total 25 of 27 possible with these fields (capped: shape); high from 16\n",
        "\n  rows full.log:17\n         1795209582.108 127.0.1.13 GET\n",
        "\n[2] LOOK TODAY ",
        "\nexplained away: 24 pairs of client and host\nnot scored for rhythm: 300 client-host pairs on 7 hosts that most clients use\n",
        "\nASK OWNER  agent beacon every 7 s  127.0.1.13 127.0.1.13 ->\n",
        "\n    first bad line, 44:\n      1795209582.108 127.0.1.13 GET\n",
        "\nNOT READ\n  full.log beacon every 7 s\n"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_shows(sink_text(&o), lines[i]);
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void a_sum_that_a_gate_held_back_says_so(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    s.r.findings[0]->severity = SEVERITY_MEDIUM;
    sink o = shown(&s.r, (struct report_options){0});
    assert_shows(sink_text(&o), "; medium from\n       10; high needs more than the 16 points\n");
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void japanese_says_the_same(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    sink o = shown(&s.r, (struct report_options){.lang = LANG_JA, .tz_minutes = 540});
    static const char *const lines[] = {
        "2026-11-22 06:19:32~06:32:27 +09:00(エポック秒の記録)",
        "至急対応 1件  本日確認 1件  利用者に確認 1件\n手がかり 51件(--leads)  説明のつくもの 24件(--all)\n",
        "\n[1] 至急対応  UA beacon every 7 s\n", "\n  隔離候補 127.0.1.13 (pc13)   UA beacon every 7 s\n",
        "\n  遮断済か いいえ。114行中114行が許可\n", "\n  06:19:32 .13 UA beacon every 7 s\n"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_shows(sink_text(&o), lines[i]);
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void days_are_named_where_there_are_several(void **state)
{   /* seen from +02:40 the log begins 28 s before midnight */
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    s.r.totals.is_epoch = s.r.sources[0].tz_assumed = false;
    s.r.stories[0].timeline[2].time += 10000;
    s.r.stories[0].over_why = (struct sentence){TEXT_HUNT_TIMES, (const struct fact[]){fact_time("first", sample_start),
        fact_time("last", sample_start + 60000), fact_text("zone", SPAN("Z"))}, 3};
    sink o = shown(&s.r, (struct report_options){.tz_minutes = 160});
    assert_shows(sink_text(&o), "2026-11-21 23:59:32 - 2026-11-22 00:12:27 +02:40 (log: +00:00)");
    assert_shows(sink_text(&o), "\n  2026-11-21\n  23:59:32 .13 ");
    assert_shows(sink_text(&o), "\n  2026-11-22\n  00:00:02 .13 ");
    assert_shows(sink_text(&o), "2026-11-21 23:59:32 - 2026-11-22 00:00:32 Z");
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void more_is_shown_where_asked(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    sink o = shown(&s.r, (struct report_options){.leads = true, .all = true, .colour = true});
    static const char *const lines[] = {
        "leads 51  explained away 24\n", "\x1b[1;31m[1] ACT NOW\x1b[0m   agent", "LEADS", "\n  agent      127.0.1.13 -> cdn-",
        "\n  and 50 more\n",
        "BELOW STORIES\x1b[0m\n  127.0.1.13 (pc13) -> cdn-metrics.example.site  agent beacon every 7 s (25\n    points)\n\n",
        "24 pairs, 12 clients"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_shows(sink_text(&o), lines[i]);
    (void)!sink_done(&o).kind;
    o = shown(&s.r, (struct report_options){0});
    assert_int_equal(span_find(sink_text(&o), SPAN("all-clear")), SIZE_MAX);
    assert_int_equal(span_find(sink_text(&o), SPAN("BELOW STORIES")), SIZE_MAX);
    assert_int_equal(span_find(sink_text(&o), SPAN("LEADS")), SIZE_MAX);
    assert_int_equal(span_find(sink_text(&o), SPAN("\x1b")), SIZE_MAX);
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void many_stories_to_look_at_become_lines(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    struct story *stories = arena_new(&s.a, struct story, 13);
    for (size_t i = 0; i < 13; i++)
        stories[i] = s.r.stories[1];
    s.r.stories = stories;
    s.r.story_n = 13;
    sink o = shown(&s.r, (struct report_options){0});
    assert_shows(sink_text(&o), "\n[10] LOOK TODAY  ");
    assert_shows(sink_text(&o), "\n3 more to look at today, in one line each (--all shows them in full):\n  [11] ");
    assert_int_equal(span_find(sink_text(&o), SPAN("[11] LOOK")), SIZE_MAX);
    (void)!sink_done(&o).kind;
    o = shown(&s.r, (struct report_options){.all = true});
    assert_shows(sink_text(&o), "\n[13] LOOK TODAY  ");
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void no_story_is_said_with_the_same_care(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    s.r.story_n = 0;
    sink o = shown(&s.r, (struct report_options){0});
    static const char *const lines[] = {
        "No story to act on today. That is no all-clear:\n",
        "\n  in         3,949 rows of 12 clients to 35 hosts, 2026-11-21 21:19:32 -\n             2026-11-21 21:32:27 +00:00\n",
        "51 leads", "24 explained away", "around the proxy"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_shows(sink_text(&o), lines[i]);
    (void)!sink_done(&o).kind;
    s.r = (struct hunt_result){.totals = {.first = 0, .last = -1}};
    o = shown(&s.r, (struct report_options){0});
    assert_shows(sink_text(&o), "no row could be used: nothing was looked at");
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

/* Every line fits, and no byte of a log reaches the terminal as a control. */
static void check_harmless(const struct sample_words *words, unsigned columns)
{
    struct sample s;
    sample_make(&s, words);
    for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
        sink o = shown(&s.r, (struct report_options){.lang = lang, .leads = true, .all = true, .columns = columns});
        for (span rest = sink_text(&o); rest.n;) {
            cut line = span_cut(rest, '\n');
            sink plain = sink_memory();
            sink_tty(&plain, line.head);   /* changes nothing where nothing is left to escape */
            if (!span_eq(line.head, sink_text(&plain)) || text_width(line.head) > columns)
                fail_msg("%zu columns: %.*s", text_width(line.head), (int)line.head.n, line.head.p);
            (void)!sink_done(&plain).kind;
            rest = line.tail;
        }
        (void)!sink_done(&o).kind;
    }
    arena_free(&s.a);
}

static void hostile_bytes_stay_inside_the_page(void **state)
{
    (void)state;
    const span nasty[] = {SPAN("\x1b[2J\x1b]0;x\a"), SPAN("a\0b\nc\r\td"), SPAN("\xff\xfe\xc0\xaf"),
        SPAN("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b"), SPAN(""), SPAN("端末端末端末端末端末端末端末端末端末端末端末端末端末端末端末"),
        SPAN("e\xcc\x81\xcc\x81\xcc\x81"), SPAN("{agent}{"), SPAN("                                                     a")};
    for (size_t i = 0; i < COUNT_OF(nasty); i++) {
        span n = nasty[i];
        check_harmless(&(struct sample_words){n, n, n, n, n, n, n}, COLUMNS);
        check_harmless(&(struct sample_words){n, n, n, n, n, n, n}, 40);
    }
    char *big = mem_alloc(10000);
    static const char fills[] = {'a', '\x1b', '\xe3', ' '};
    for (size_t i = 0; i < sizeof fills; i++) {
        memset(big, fills[i], 10000);
        span n = span_of(big, 10000);
        check_harmless(&(struct sample_words){n, n, n, n, n, n, n}, COLUMNS);
    }
    mem_free(big);
    check_harmless(&sample_plain, COLUMNS);
    check_harmless(&sample_plain, 200);
}

static void long_names_are_wrapped_not_lost(void **state)
{
    (void)state;
    char host[255];
    memset(host, 'h', sizeof host);
    struct sample_words words = sample_plain;
    words.host = span_of(host, sizeof host);
    struct sample s;
    sample_make(&s, &words);
    s.r.story_n = 1;
    s.r.stories[0].block.n = 1;
    sink o = shown(&s.r, (struct report_options){0});
    span block = span_skip(sink_text(&o), span_find(sink_text(&o), SPAN("  block")));
    size_t seen = 0;
    for (size_t i = 0; i < span_find(block, SPAN("allowed?")); i++)
        seen += block.p[i] == 'h';
    assert_int_equal(seen, sizeof host);
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static int print(enum lang lang)
{
    struct sample s;
    sample_make(&s, &sample_plain);
    sink o = sink_fd(1);
    report_by_name(SPAN("hunt_text"))->render(&s.r, &(struct report_options){.lang = lang}, &o);
    arena_free(&s.a);
    return sink_done(&o).kind != FAULT_NONE;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_screen_says_what_to_do_and_why),
        cmocka_unit_test(a_sum_that_a_gate_held_back_says_so),
        cmocka_unit_test(japanese_says_the_same),
        cmocka_unit_test(days_are_named_where_there_are_several),
        cmocka_unit_test(more_is_shown_where_asked),
        cmocka_unit_test(many_stories_to_look_at_become_lines),
        cmocka_unit_test(no_story_is_said_with_the_same_care),
        cmocka_unit_test(hostile_bytes_stay_inside_the_page),
        cmocka_unit_test(long_names_are_wrapped_not_lost),
    };
    if (argc > 1)
        return print(strcmp(argv[1], "ja") == 0 ? LANG_JA : LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
