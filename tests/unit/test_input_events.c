/* SPDX-License-Identifier: Apache-2.0 */
/* Windows events as sources, through konseki-evtx and through programs that only pretend to be it. */
#include "test_input.h"

#include "evtx_bytes.h"
#include "input/events.h"

#include <signal.h>

static struct event_reader *real(void) { return event_reader_start(KONSEKI_EVTX, 2); }

static void append(int fd, const void *p, size_t n) { assert_int_equal(write(fd, p, n), n); }

/* A log of chunks of `each` events, numbered from 1 on. */
static void put_log(const char *path, size_t chunks, size_t each, uint32_t flags)
{
    uint8_t head[HEADER_SIZE];
    struct bytes *b = mem_alloc(sizeof *b);
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    make_header(head, flags);
    append(fd, head, sizeof head);
    for (size_t i = 0; i < chunks; i++) {
        make_chunk(b, 1 + i * each, each);
        append(fd, b->p, sizeof b->p);
    }
    close(fd);
    mem_free(b);
}

/* What put_log's events become. */
static int line_of(char *line, size_t size, size_t number)
{
    return snprintf(line, size, "{\"@timestamp\":\"2019-11-07T08:05:19.1234567Z\",\"winlog\":{\"event_id\":\"4624\",\"record_id\":\"%zu\","
                    "\"event_data\":{\"N\":\"x\"}}}", number);
}

struct seen { uint64_t lines, wrong; uint64_t *places; };

static void look(struct seen *s, span line, uint64_t place)
{
    char expected[200];
    int n = line_of(expected, sizeof expected, s->lines + 1);
    s->wrong += !span_eq(line, span_of(expected, (size_t)n));
    if (s->places)
        s->places[s->lines] = place;
    s->lines++;
}

static bool next_lines(struct input *in, block *b, struct seen *s)
{
    span line;
    uint64_t place;
    if (!input_next(in, b))
        return false;
    while (block_line(b, &line, &place))
        look(s, line, place);
    return true;
}

static void read_log(struct input *in, struct seen *s)
{
    block b = {0};
    while (next_lines(in, &b, s)) {
    }
    block_free(&b);
}

static void every_event_is_a_line(void **state)
{
    (void)state;
    enum { CHUNKS = 40, EACH = 150 };
    struct event_reader *r = real();
    source_path path = plain_path("log");
    put_log("log", CHUNKS, EACH, 0);
    for (size_t size = 100; size <= 1000 * 1000; size *= 10) {
        struct input *in = open_input(&path, (input_options){.events = r, .block_size = size});
        struct seen s = {0};
        read_log(in, &s);
        assert_int_equal(s.lines, CHUNKS * EACH);
        assert_int_equal(s.wrong, 0);
        assert_string_equal(input_state(in).compression, "evtx");
        assert_true(input_state(in).complete);
        assert_string_equal(input_state(in).reason.text, "");
        assert_int_equal(input_state(in).bytes, HEADER_SIZE + CHUNKS * CHUNK_SIZE);
        input_close(in);
    }
    event_reader_stop(r);
}

/* Past the marks, which stand 1 MiB apart, and in no order. */
static void lines_are_read_back_from_their_places(void **state)
{
    (void)state;
    enum { CHUNKS = 120, EACH = 200, ASKED = 50 };
    struct event_reader *r = real();
    arena a = {0};
    source_path path = plain_path("log");
    put_log("log", CHUNKS, EACH, 0);
    struct input *in = open_input(&path, (input_options){.events = r});
    struct seen s = {.places = arena_new(&a, uint64_t, CHUNKS * EACH)};
    read_log(in, &s);
    uint64_t offsets[ASKED];
    line_text text[ASKED];
    char expected[200];
    for (size_t i = 0; i < ASKED; i++)
        offsets[i] = s.places[i * 7919 % (CHUNKS * EACH)];
    assert_int_equal(input_lines(in, &a, offsets, ASKED, text).kind, FAULT_NONE);
    for (size_t i = 0; i < ASKED; i++) {
        int n = line_of(expected, sizeof expected, i * 7919 % (CHUNKS * EACH) + 1);
        assert_true(span_eq(text[i].text, span_of(expected, (size_t)n)));
        assert_int_equal(text[i].number, i * 7919 % (CHUNKS * EACH) + 1);
    }
    input_close(in);
    arena_free(&a);
    event_reader_stop(r);
}

static void two_logs_share_the_reader(void **state)
{
    (void)state;
    enum { EACH = 150 };
    struct event_reader *r = real();
    source_path paths[2] = {plain_path("one"), plain_path("two")};
    size_t chunks[2] = {30, 17};
    struct input *in[2];
    struct seen s[2] = {{0}, {0}};
    block b[2] = {{0}, {0}};
    for (size_t i = 0; i < 2; i++) {
        put_log(paths[i].path.p, chunks[i], EACH, 0);
        in[i] = open_input(&paths[i], (input_options){.events = r});
    }
    sameness same[2];
    input_sameness(in, 2, same);
    assert_int_equal(same[1].kind, SAME_PREFIX);
    for (bool more = true; more;) {
        more = next_lines(in[0], &b[0], &s[0]);
        more |= next_lines(in[1], &b[1], &s[1]);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(s[i].lines, chunks[i] * EACH);
        assert_int_equal(s[i].wrong, 0);
        block_free(&b[i]);
        input_close(in[i]);
    }
    event_reader_stop(r);
}

/* 4 GiB of nothing, and two chunks behind it. */
static void logs_may_be_larger_than_4_gib(void **state)
{
    (void)state;
    struct event_reader *r = real();
    struct bytes *b = mem_alloc(sizeof *b);
    source_path path = plain_path("log");
    off_t far = (off_t)HEADER_SIZE + ((off_t)4 << 30) + CHUNK_SIZE;
    put_log("log", 1, 2, 0);
    int fd = open("log", O_WRONLY);
    for (int i = 0; i < 2; i++) {
        make_chunk(b, 3 + 2 * (uint64_t)i, 2);
        if (i == 1)
            memset(b->p + 512 + 4, 0, 4); /* no size of a record: its line says where */
        assert_int_equal(pwrite(fd, b->p, sizeof b->p, far + i * CHUNK_SIZE), sizeof b->p);
    }
    close(fd);
    struct input *in = open_input(&path, (input_options){.events = r});
    sink o = sink_memory();
    read_all(in, &o);
    assert_int_equal(span_count(sink_text(&o), '\n'), 6);
    char refused[100];
    snprintf(refused, sizeof refused, "offset\\\":%llu,", (unsigned long long)far + CHUNK_SIZE + 512);
    assert_int_not_equal(span_find(sink_text(&o), span_str(refused)), SIZE_MAX);
    assert_int_equal(input_state(in).reason.kind, FAULT_CORRUPT);
    input_close(in);
    sink_drop(&o);
    mem_free(b);
    event_reader_stop(r);
}

/* How a source ended. */
struct ending { bool complete; fault reason; char compression[64], encoding[16]; };

static struct ending end_of(struct event_reader *r, const char *name, uint64_t *lines)
{
    source_path path = plain_path(name);
    struct input *in = open_input(&path, (input_options){.events = r});
    struct seen s = {0};
    read_log(in, &s);
    input_status status = input_state(in);
    struct ending e = {.complete = status.complete, .reason = status.reason};
    snprintf(e.compression, sizeof e.compression, "%s", status.compression);
    snprintf(e.encoding, sizeof e.encoding, "%s", status.encoding);
    *lines = s.lines;
    input_close(in);
    return e;
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    struct event_reader *r = real();
    uint64_t lines;
    put_log("log", 2, 100, 1);
    struct ending s = end_of(r, "log", &lines);
    assert_true(s.complete);
    assert_string_equal(s.reason.text, "log: it was in use when it was copied: events that were not yet written are not in it");
    put_log("log", 2, 100, 0);
    assert_int_equal(truncate("log", HEADER_SIZE + CHUNK_SIZE + 20000), 0);
    s = end_of(r, "log", &lines);
    assert_int_equal(s.reason.kind, FAULT_CORRUPT);
    assert_non_null(strstr(s.reason.text, "it ends inside the chunk at byte 69632"));
    assert_in_range(lines, 101, 199);
    put_log("log", 2, 100, 0);
    int fd = open("log", O_WRONLY);
    assert_int_equal(pwrite(fd, "X", 1, HEADER_SIZE + 512 + 8), 1);
    close(fd);
    s = end_of(r, "log", &lines);
    assert_true(s.complete);
    assert_string_equal(s.reason.text, "log: the checksum over records is wrong (the chunk at byte 4096)");
    assert_int_equal(lines, 200);
    event_reader_stop(r);
}

/* ---- what is no reader ---- */

static void put_script(const char *name, const char *text)
{
    put_file(name, span_str(text));
    assert_int_equal(chmod(name, 0700), 0);
}

/* *lines: what came before it ended. */
static fault problem_with(const char *program, uint64_t *lines)
{
    struct event_reader *r = program ? event_reader_start(program, 1) : NULL;
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){.events = r});
    struct seen s = {0};
    fault f = input_refusal(in);
    if (!f.kind)
        read_log(in, &s);
    f = f.kind ? f : input_state(in).reason;
    *lines = s.lines;
    assert_int_equal(s.wrong, 0);
    assert_true(f.kind != FAULT_NONE);
    input_close(in);
    event_reader_stop(r);
    return f;
}

static void a_reader_that_fails_is_named(void **state)
{
    (void)state;
    static const char relay[] = /* asks the real one twenty times, and ends */
        "#!/usr/bin/env python3\n"
        "import os, struct, subprocess\n"
        "reader = subprocess.Popen(['" KONSEKI_EVTX "', '--serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "given, taken = open(0, 'rb'), open(1, 'wb')\n"
        "for number in range(20):\n"
        "    head = given.read(32)\n"
        "    reader.stdin.write(head + given.read(struct.unpack_from('<I', head, 4)[0]))\n"
        "    reader.stdin.flush()\n"
        "    last = 0\n"
        "    while not last:\n"
        "        head = reader.stdout.read(48)\n"
        "        last = struct.unpack_from('<I', head, 16)[0]\n"
        "        taken.write(head + reader.stdout.read(struct.unpack_from('<I', head, 4)[0]))\n"
        "    taken.flush()\n";
    uint64_t lines;
    put_log("log", 30, 150, 0);
    assert_non_null(strstr(problem_with(NULL, &lines).text, "there is no reader of event logs"));
    assert_non_null(strstr(problem_with("./nowhere", &lines).text, "put it beside konseki"));
    put_script("ends", "#!/bin/sh\nexit 3\n");
    assert_non_null(strstr(problem_with("./ends", &lines).text, "log: the reader of event logs ended"));
    put_script("echoes", "#!/bin/sh\nexec cat\n");
    assert_non_null(strstr(problem_with("./echoes", &lines).text, "gave an answer that is none"));
    put_script("floods", "#!/bin/sh\nexec cat /dev/zero\n");
    assert_non_null(strstr(problem_with("./floods", &lines).text, "gave an answer that is none"));
    assert_int_equal(lines, 0);
    put_script("dies", relay);
    assert_non_null(strstr(problem_with("./dies", &lines).text, "ended; what was read up to there counts"));
    assert_in_range(lines, 150, 19 * 150);
    assert_int_equal(lines % 150, 0);
}

/* ---- events that were saved as text ---- */

#define EVENT(n, value) "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>4624</EventID>" \
    "<TimeCreated SystemTime='2019-11-07T08:05:19.1234567Z'/><EventRecordID>" n "</EventRecordID></System>" \
    "<EventData><Data Name='N'>" value "</Data></EventData></Event>"

static void xml_and_csv_are_told_by_their_text(void **state)
{
    (void)state;
    struct event_reader *r = real();
    uint64_t lines;
    put_file("xml", SPAN("<?xml version='1.0'?>\n<Events>" EVENT("1", "x") EVENT("2", "x") "</Events>\n"));
    struct ending s = end_of(r, "xml", &lines);
    assert_string_equal(s.compression, "evtx-xml");
    assert_true(s.complete);
    assert_int_equal(lines, 2);
    span narrow = SPAN(EVENT("1", "x"));
    char wide[2 * sizeof EVENT("1", "x") + 2] = "\xff\xfe";
    for (size_t i = 0; i < narrow.n; i++)
        wide[2 + 2 * i] = narrow.p[i];
    put_file("wide", span_of(wide, 2 + 2 * narrow.n));
    s = end_of(r, "wide", &lines);
    assert_string_equal(s.encoding, "utf-16le");
    assert_string_equal(s.compression, "evtx-xml");
    assert_int_equal(lines, 1);
    put_file("csv", SPAN("\xef\xbb\xbfレベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ\n情報,2019/11/07 17:05:19,S,1,x,\"a\nb\"\n"));
    s = end_of(r, "csv", &lines);
    assert_string_equal(s.compression, "event-viewer-csv");
    assert_int_equal(lines, 1);
    assert_true(s.complete);
    put_file("text", SPAN("<Events><Event id='1'>a meeting</Event></Events>\n"));
    s = end_of(r, "text", &lines);
    assert_string_equal(s.compression, "none");
    event_reader_stop(r);
}

/* Events longer than a block, and read back. */
static void long_events_are_whole(void **state)
{
    (void)state;
    enum { LONG = 700 * 1024 };
    struct event_reader *r = real();
    arena a = {0};
    source_path path = plain_path("xml");
    char *text = mem_alloc(3 * LONG);
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        span before = SPAN("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1</EventID></System>"
                           "<EventData><Data>"), behind = SPAN("</Data></EventData></Event>\n");
        memcpy(text + n, before.p, before.n);
        n += before.n;
        size_t fill = i == 1 ? LONG : 1000;
        memset(text + n, 'a' + (int)i, fill);
        n += fill;
        memcpy(text + n, behind.p, behind.n);
        n += behind.n;
    }
    put_file("xml", span_of(text, n));
    struct input *in = open_input(&path, (input_options){.events = r});
    struct seen s = {.places = arena_new(&a, uint64_t, 3)};
    read_log(in, &s);
    assert_int_equal(s.lines, 3);
    assert_true(input_state(in).complete);
    line_text back[3];
    assert_int_equal(input_lines(in, &a, s.places, 3, back).kind, FAULT_NONE);
    assert_in_range(back[1].length, LONG, LONG + 200);
    assert_int_equal(back[2].number, 3);
    assert_int_not_equal(span_find(back[2].text, SPAN("\"ccc")), SIZE_MAX);
    input_close(in);
    mem_free(text);
    arena_free(&a);
    event_reader_stop(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_a_line), cmocka_unit_test(lines_are_read_back_from_their_places),
        cmocka_unit_test(two_logs_share_the_reader), cmocka_unit_test(logs_may_be_larger_than_4_gib),
        cmocka_unit_test(what_is_wrong_is_said), cmocka_unit_test(a_reader_that_fails_is_named),
        cmocka_unit_test(xml_and_csv_are_told_by_their_text), cmocka_unit_test(long_events_are_whole)};
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
