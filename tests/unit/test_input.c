/* SPDX-License-Identifier: Apache-2.0 */
#include "test_input.h"

#include <pthread.h>
#include <sys/resource.h>

static const size_t block_sizes[] = {1, 4, 13, 64, 4096, 0};

static void assert_reads(span content, span expected)
{
    put_file("log", content);
    source_path path = plain_path("log");
    for (size_t i = 0; i < COUNT_OF(block_sizes); i++) {
        sink o = sink_memory();
        struct input *in = open_input(&path, (input_options){.block_size = block_sizes[i]});
        read_all(in, &o);
        assert_true(span_eq(sink_text(&o), expected));
        assert_true(input_state(in).complete);
        assert_int_equal(input_state(in).content, content.n);
        assert_int_equal(input_state(in).bytes, content.n);
        input_close(in);
        sink_drop(&o);
    }
}

static void lines_have_their_places(void **state)
{
    (void)state;
    assert_reads(SPAN("ab\n\ncd\r\n\r\ne"),
                 SPAN("0 line \"ab\"\n3 line \"\"\n4 line \"cd\"\n8 line \"\"\n10 line \"e\"\n"));
    assert_reads(SPAN("one\n"), SPAN("0 line \"one\"\n"));
    assert_reads(SPAN("\n"), SPAN("0 line \"\"\n"));
    assert_reads(SPAN("x"), SPAN("0 line \"x\"\n"));
    assert_reads(SPAN("a\rb\r\nc\r"), SPAN("0 line \"a\\rb\"\n5 line \"c\"\n"));
    assert_reads(SPAN("a\0b\n\0\n"), SPAN("0 line \"a\\u0000b\"\n4 line \"\\u0000\"\n"));
    assert_reads(SPAN("\xef\xbb\xbfone\ntwo"), SPAN("3 line \"one\"\n7 line \"two\"\n"));
    assert_reads(SPAN("\xef\xbb\xbf"), SPAN(""));
    assert_reads(SPAN(""), SPAN(""));
}

static void every_block_size_gives_the_same_lines(void **state)
{
    (void)state;
    arena a = {0};
    source_path path = plain_path("log");
    for (uint32_t seed = 1; seed <= 6; seed++) {
        span content = random_lines(&a, seed, 20000, seed % 2);
        put_file("log", content);
        sink expected = sink_memory();
        describe_by_hand(&expected, content);
        for (size_t i = 0; i < COUNT_OF(block_sizes); i++) {
            sink o = sink_memory();
            struct input *in = open_input(&path, (input_options){.block_size = block_sizes[i]});
            read_all(in, &o);
            assert_same_text(&o, &expected);
            input_close(in);
            sink_drop(&o);
        }
        sink_drop(&expected);
    }
    arena_free(&a);
}

/* "first", a line of `n` times 'x', "last": the long one whole up to the limit, its head above it. */
static void check_long_line(size_t n, size_t block_size, bool newline)
{
    arena a = {0};
    size_t size = 6 + n + (newline ? 6 : 0);
    char *p = arena_new(&a, char, size);
    memcpy(p, "first\n", 6);
    memset(p + 6, 'x', n);
    if (newline)
        memcpy(p + 6 + n, "\nlast\n", 6);
    put_file("long", span_of(p, size));
    source_path path = plain_path("long");
    struct input *in = open_input(&path, (input_options){.block_size = block_size});
    sink o = sink_memory(), expected = sink_memory();
    read_all(in, &o);
    describe(&expected, 0, BLOCK_LINES, SPAN("first"));
    bool whole = n <= 16777216;
    describe(&expected, 6, whole ? BLOCK_LINES : BLOCK_TOO_LONG, span_of(p + 6, whole ? n : 4096));
    if (newline)
        describe(&expected, 6 + n + 1, BLOCK_LINES, SPAN("last"));
    assert_same_text(&o, &expected);
    assert_true(input_state(in).complete);
    assert_int_equal(input_state(in).content, size);

    uint64_t places[] = {6, 6 + n + 1};
    line_text text[2];
    fault e = input_lines(in, &a, places, newline ? 2 : 1, text);
    assert_int_equal(e.kind, FAULT_NONE);
    assert_int_equal(text[0].length, whole ? n : 16777217);
    assert_int_equal(text[0].text.n, 4096);
    assert_int_equal(text[0].number, 2);
    if (newline)
        assert_true(span_eq(text[1].text, SPAN("last")) && text[1].number == 3);
    input_close(in);
    sink_drop(&o);
    sink_drop(&expected);
    arena_free(&a);
}

static void a_line_of_16_mib_is_whole_and_a_longer_one_is_one_record(void **state)
{
    (void)state;
    static const size_t sizes[] = {16777215, 16777216, 16777217, 16777218, 40000000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        check_long_line(sizes[i], 0, true);
        check_long_line(sizes[i], 4096, false);
    }
    check_long_line(16777217, 1, true);
    check_long_line(40000000, 16777216, true);
}

static void a_block_shrinks_after_a_long_line(void **state)
{
    (void)state;
    arena a = {0};
    char *p = arena_new(&a, char, 200000);
    memset(p, 'x', 200000);
    p[99999] = p[100099] = '\n';
    put_file("log", span_of(p, 100100));
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){.block_size = 64});
    block b = {0};
    size_t largest = 0;
    while (input_next(in, &b))
        largest = b.capacity > largest ? b.capacity : largest;
    assert_true(largest >= 100000 && b.capacity <= 512);
    block_free(&b);
    input_close(in);
    arena_free(&a);
}

/* ---- evidence ---- */

static void every_line_is_read_back_with_its_number(void **state)
{
    (void)state;
    arena a = {0};
    span content = random_lines(&a, 42, 50000, false);
    put_file("log", content);
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){.block_size = 100});
    uint64_t *places = arena_new(&a, uint64_t, content.n);
    span *lines = arena_new(&a, span, content.n);
    size_t n = 0;
    block b = {0};
    while (input_next(in, &b))
        for (span line; block_line(&b, &line, &places[n]); n++)
            lines[n] = arena_dup(&a, line);
    block_free(&b);
    assert_true(n > 500);
    /* backwards, and one place twice */
    uint64_t *order = arena_new(&a, uint64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        order[i] = places[n - 1 - i];
    order[n] = places[n / 2];
    line_text *out = arena_new(&a, line_text, n + 1);
    fault e = input_lines(in, &a, order, n + 1, out);
    assert_int_equal(e.kind, FAULT_NONE);
    for (size_t i = 0; i < n; i++) {
        assert_true(span_eq(out[i].text, lines[n - 1 - i]));
        assert_int_equal(out[i].length, lines[n - 1 - i].n);
        assert_int_equal(out[i].number, n - i);
    }
    assert_int_equal(out[n].number, n / 2 + 1);
    uint64_t nowhere = content.n + 5;
    e = input_lines(in, &a, &nowhere, 1, out);
    assert_int_equal(e.kind, FAULT_IO);
    assert_null(out[0].text.p);
    input_close(in);
    arena_free(&a);
}

static void reading_goes_on_after_a_look_back(void **state)
{
    (void)state;
    put_file("log", SPAN("alpha\nbravo\ncharlie\ndelta\n"));
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){.block_size = 8});
    arena a = {0};
    block b = {0};
    assert_true(input_next(in, &b));
    assert_true(span_eq(b.data, SPAN("alpha\n")));
    uint64_t place = 0;
    line_text out;
    fault e = input_lines(in, &a, &place, 1, &out);
    assert_int_equal(e.kind, FAULT_NONE);
    assert_true(span_eq(out.text, SPAN("alpha")));
    sink o = sink_memory();
    read_all(in, &o);
    assert_true(span_eq(sink_text(&o), SPAN("6 line \"bravo\"\n12 line \"charlie\"\n20 line \"delta\"\n")));
    sink_drop(&o);
    block_free(&b);
    assert_true(input_rewind(in));
    o = sink_memory();
    read_all(in, &o);
    assert_true(span_starts(sink_text(&o), SPAN("0 line \"alpha\"\n6 line")));
    sink_drop(&o);
    input_close(in);
    arena_free(&a);
}

/* ---- files that change, many files ---- */

static void a_file_is_read_to_the_size_it_had_at_open(void **state)
{
    (void)state;
    put_file("log", SPAN("one\ntwo\n"));
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){0});
    int fd = open("log", O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "three\n", 6), 6);
    (void)close(fd);
    sink o = sink_memory();
    read_all(in, &o);
    assert_true(span_eq(sink_text(&o), SPAN("0 line \"one\"\n4 line \"two\"\n")));
    assert_true(input_state(in).complete);
    sink_drop(&o);
    input_close(in);
}

static void a_file_that_shrinks_or_is_replaced_is_incomplete(void **state)
{
    (void)state;
    put_file("log", SPAN("one\ntwo\nthree\n"));
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){0});
    assert_int_equal(truncate("log", 6), 0);
    sink o = sink_memory();
    read_all(in, &o);
    assert_true(span_eq(sink_text(&o), SPAN("0 line \"one\"\n4 cut-off \"tw\"\n")));
    input_status s = input_state(in);
    assert_true(s.ended && !s.complete && s.reason.kind == FAULT_IO);
    sink_drop(&o);
    input_close(in);

    in = open_input(&path, (input_options){0});
    put_file("other", SPAN("evil\n"));
    assert_int_equal(rename("other", "log"), 0);
    block b = {0};
    assert_false(input_next(in, &b));
    assert_false(input_state(in).complete);
    assert_non_null(strstr(input_state(in).reason.text, "replaced"));
    block_free(&b);
    input_close(in);
}

static void more_inputs_than_descriptors(void **state)
{
    (void)state;
    enum { N = 100 };
    struct rlimit old, few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    few = old;
    few.rlim_cur = 40;
    put_file("log", SPAN("one\ntwo\n"));
    source_path path = plain_path("log");
    struct input *in[N];
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (size_t i = 0; i < N; i++)
        in[i] = open_input(&path, (input_options){0});
    for (size_t i = 0; i < N; i++) {
        sink o = sink_memory();
        read_all(in[i], &o);
        assert_true(input_state(in[i]).complete);
        sink_drop(&o);
    }
    for (size_t i = 0; i < N; i++)
        input_close(in[i]);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

/* ---- pipes ---- */

struct writer {
    int fd;
    span content;
};

static void *write_all(void *p)
{
    struct writer *w = p;
    for (size_t done = 0; done < w->content.n;) {
        size_t n = w->content.n - done < 777 ? w->content.n - done : 777; /* short reads on the other side */
        ssize_t wrote = write(w->fd, w->content.p + done, n);
        if (wrote < 0)
            break;
        done += (size_t)wrote;
    }
    (void)close(w->fd);
    return NULL;
}

/* Every line that is still there is the one that was sent. */
static void check_kept(struct input *in, span content)
{
    arena a = {0};
    uint64_t *places = arena_new(&a, uint64_t, content.n);
    size_t n = 0;
    for (size_t i = 0; i < content.n; i++)
        if (i == 0 || content.p[i - 1] == '\n')
            places[n++] = i;
    line_text *out = arena_new(&a, line_text, n);
    fault e = input_lines(in, &a, places, n, out);
    assert_true(e.kind == FAULT_NONE || e.kind == FAULT_LIMIT);
    for (size_t i = 0; i < n; i++)
        assert_true(!out[i].text.p || span_starts(span_skip(content, places[i]), out[i].text));
    arena_free(&a);
}

/* Reads `content` through stdin; how much of it is kept decides whether it can be read again. */
static void check_pipe(span content, uint64_t limit, bool again)
{
    int ends[2], saved = dup(0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], 0), 0);
    (void)close(ends[0]);
    struct writer w = {ends[1], content};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_all, &w), 0);

    source_path path = {.path = SPAN("-"), .pipe = true};
    struct input *in = open_input(&path, (input_options){.spool_limit = limit, .block_size = 4096, .tmp = "."});
    sink o = sink_memory(), expected = sink_memory();
    read_all(in, &o);
    describe_by_hand(&expected, content);
    assert_same_text(&o, &expected);
    assert_true(input_state(in).complete);
    assert_int_equal(input_state(in).bytes, content.n);
    arena a = {0};
    uint64_t places[] = {0, (uint64_t)(span_rfind(content, SPAN("\n")) + 1)};
    line_text out[2];
    fault e = input_lines(in, &a, places, 2, out);
    assert_int_equal(e.kind, again ? FAULT_NONE : FAULT_LIMIT);
    assert_int_equal(out[0].number, 1);
    assert_true((out[1].text.p != NULL) == again);
    check_kept(in, content);
    assert_int_equal(input_rewind(in), again);
    if (again) {
        sink second = sink_memory();
        read_all(in, &second);
        assert_same_text(&second, &expected);
        sink_drop(&second);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    input_close(in);
    assert_int_equal(dup2(saved, 0), 0);
    (void)close(saved);
    sink_drop(&o);
    sink_drop(&expected);
    arena_free(&a);
}

static void a_pipe_is_kept_up_to_the_limit(void **state)
{
    (void)state;
    arena a = {0};
    span content = random_lines(&a, 9, 600000, false);
    check_pipe(content, 0, true);
    check_pipe(content, 600000, true);
    check_pipe(content, 599999, false);
    check_pipe(content, 1, false);
    check_pipe(content, 300000, false);
    DIR *d = opendir(".");
    int left = 0;
    for (const struct dirent *item; (item = readdir(d));)
        left += !strncmp(item->d_name, "konseki-", 8);
    (void)closedir(d);
    assert_int_equal(left, 0);
    arena_free(&a);
}

static void stdin_may_be_a_file_that_was_read_from(void **state)
{
    (void)state;
    put_file("log", SPAN("skipped\none\ntwo\n"));
    int saved = dup(0), fd = open("log", O_RDONLY);
    assert_int_equal(dup2(fd, 0), 0);
    (void)close(fd);
    assert_int_equal(lseek(0, 8, SEEK_SET), 8);
    source_path path = {.path = SPAN("-"), .pipe = true};
    struct input *in = open_input(&path, (input_options){0});
    sink o = sink_memory();
    read_all(in, &o);
    assert_true(span_eq(sink_text(&o), SPAN("0 line \"one\"\n4 line \"two\"\n")));
    input_close(in);
    assert_int_equal(dup2(saved, 0), 0);
    (void)close(saved);
    sink_drop(&o);
}

/* ---- kinds ---- */

static void check_kind(span content, enum content_kind kind, const char *says)
{
    put_file("thing", content);
    source_path path = plain_path("thing");
    struct input *in = open_input(&path, (input_options){0});
    fault e = input_refusal(in);
    assert_int_equal(input_kind(in), kind);
    assert_int_equal(e.kind, says ? FAULT_USAGE : FAULT_NONE);
    if (says)
        assert_non_null(strstr(e.text, says));
    input_close(in);
}

static void what_is_not_a_log_is_named(void **state)
{
    (void)state;
    check_kind(SPAN("GET / HTTP/1.1\n"), CONTENT_TEXT, NULL);
    check_kind(SPAN(""), CONTENT_EMPTY, NULL);
    check_kind(SPAN("a\0b: a stray NUL, an \x1b[1mescape and \x80 are text\n"), CONTENT_TEXT, NULL);
    check_kind(SPAN("\xff\xfeG\0E\0T\0"), CONTENT_TEXT, NULL);
    check_kind(SPAN("G\0E\0T\0 \0/\0 \0H\0T\0T\0P\0/\0001\0.\0001\0\n\0\n\0G\0E\0"), CONTENT_TEXT, NULL);
    check_kind(SPAN("PK\3\4\x14"), CONTENT_PACKED, "unzip -p thing | konseki hunt -");
    check_kind(SPAN("7z\xbc\xaf\x27\x1c\0\4"), CONTENT_PACKED, "7z x -so thing");
    check_kind(SPAN("ElfFile\0\0\0"), CONTENT_EMPTY, "no reader of event logs");
    check_kind(SPAN("\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0"), CONTENT_BINARY, "not text");
    char tar[512] = "access.log"; /* a header needs its checksum alone: spaces in its place, 994 + 8 spaces = 1250 in octal */
    memcpy(tar + 148, "002342\0 ", 8);
    check_kind(span_of(tar, sizeof tar), CONTENT_PACKED, "tar -xOf thing");
}

/* ---- walking ---- */

static void paths_are_clean_sorted_and_single(void **state)
{
    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    assert_int_equal(mkdir("d/e", 0700), 0);
    assert_int_equal(mkdir("empty", 0700), 0);
    put_file("d/b.log", SPAN("b\n"));
    put_file("d/a.log", SPAN("a\n"));
    put_file("d/e/c.log", SPAN("c\n"));
    put_file("-", SPAN("dash\n"));
    assert_int_equal(mkfifo("d/pipe", 0600), 0);
    assert_int_equal(mkfifo("named", 0600), 0);
    assert_int_equal(symlink("../../d", "d/e/circle"), 0);
    assert_int_equal(symlink("../b.log", "d/e/link"), 0);
    assert_int_equal(symlink("nowhere", "d/e/broken"), 0);
    const char *args[] = {"d//e", "./d/", "-", "d/b.log", "missing", "/dev/null", "empty", "./-", "named", "d/./a.log", "-"};
    const char *turned[] = {"-", "named", "d", "empty", "./-", "/dev/null", "missing", "d/e/../e"};
    static const char *const files[] = {"-", "./-", "d/a.log", "d/b.log", "d/e/c.log", "d/e/link", "named"};
    static const char *const failures[] = {"/dev/null", "d/e/broken", "empty", "missing"};
    arena a = {0};
    source_list list;
    fault e = input_list(&a, args, COUNT_OF(args), &list);
    assert_int_equal(e.kind, FAULT_NONE);
    assert_int_equal(list.n, COUNT_OF(files));
    for (size_t i = 0; i < list.n; i++) {
        assert_string_equal(list.items[i].path.p, files[i]);
        assert_int_equal(list.items[i].pipe, i == 0 || i == 6);
    }
    assert_int_equal(list.failed_n, COUNT_OF(failures));
    for (size_t i = 0; i < list.failed_n; i++) {
        assert_string_equal(list.failed[i].path.p, failures[i]);
        assert_int_equal(list.failed[i].why.kind, FAULT_IO);
    }
    source_list other;
    e = input_list(&a, turned, COUNT_OF(turned) - 1, &other);
    assert_int_equal(e.kind, FAULT_NONE);
    assert_int_equal(other.n, list.n);
    for (size_t i = 0; i < list.n; i++)
        assert_string_equal(other.items[i].path.p, files[i]);
    arena_free(&a);
}

static void the_working_folder_is_walked_without_a_dot(void **state)
{
    (void)state;
    assert_int_equal(mkdir("w", 0700), 0);
    assert_int_equal(chdir("w"), 0);
    put_file("x.log", SPAN("x\n"));
    put_file("-", SPAN("x\n"));
    const char *args[] = {".", "./x.log"};
    arena a = {0};
    source_list list;
    fault e = input_list(&a, args, 2, &list);
    assert_int_equal(e.kind, FAULT_NONE);
    assert_int_equal(list.n, 2);
    assert_string_equal(list.items[0].path.p, "./-");
    assert_string_equal(list.items[1].path.p, "x.log");
    assert_int_equal(chdir(".."), 0);
    arena_free(&a);
}

static void folders_have_a_limit_of_depth(void **state)
{
    (void)state;
    char path[400] = "deep";
    assert_int_equal(mkdir(path, 0700), 0);
    for (size_t i = 0, n = 4; i < 65; i++, n += 2) {
        memcpy(path + n, "/f", 3);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    const char *args[] = {"deep"};
    arena a = {0};
    source_list list;
    fault e = input_list(&a, args, 1, &list);
    assert_int_equal(e.kind, FAULT_LIMIT);
    arena_free(&a);
}

static void what_cannot_be_opened_says_so(void **state)
{
    (void)state;
    put_file("gone", SPAN("x\n"));
    assert_int_equal(mkdir("folder", 0700), 0);
    source_path gone = plain_path("gone"), folder = plain_path("folder");
    assert_int_equal(unlink("gone"), 0);
    struct input *in;
    input_options o = {0};
    fault e = input_open(&gone, 0, &o, &in);
    assert_int_equal(e.kind, FAULT_IO);
    assert_null(in);
    assert_non_null(strstr(e.text, "gone cannot be opened: No such file"));
    e = input_open(&folder, 0, &o, &in);
    assert_int_equal(e.kind, FAULT_IO);
    assert_non_null(strstr(e.text, "is a folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_have_their_places),
        cmocka_unit_test(every_block_size_gives_the_same_lines),
        cmocka_unit_test(a_line_of_16_mib_is_whole_and_a_longer_one_is_one_record),
        cmocka_unit_test(a_block_shrinks_after_a_long_line),
        cmocka_unit_test(every_line_is_read_back_with_its_number),
        cmocka_unit_test(reading_goes_on_after_a_look_back),
        cmocka_unit_test(a_file_is_read_to_the_size_it_had_at_open),
        cmocka_unit_test(a_file_that_shrinks_or_is_replaced_is_incomplete),
        cmocka_unit_test(more_inputs_than_descriptors),
        cmocka_unit_test(a_pipe_is_kept_up_to_the_limit),
        cmocka_unit_test(stdin_may_be_a_file_that_was_read_from),
        cmocka_unit_test(what_is_not_a_log_is_named),
        cmocka_unit_test(paths_are_clean_sorted_and_single),
        cmocka_unit_test(the_working_folder_is_walked_without_a_dot),
        cmocka_unit_test(folders_have_a_limit_of_depth),
        cmocka_unit_test(what_cannot_be_opened_says_so),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
