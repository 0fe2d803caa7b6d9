/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks whose bytes are fetched before their turn: the lines are those of a cut by hand, or of reading in order. */
#include "test_input.h"

static const size_t block_sizes[] = {1, 4, 13, 64, 4096, 0};
enum { BLOCKS = 5 };

static void take_lines(block *b, sink *o)
{
    span line;
    uint64_t offset;
    assert_true(b->data.n > 0);
    while (block_line(b, &line, &offset))
        describe(o, offset, b->state, line);
}

/* As `n` threads would: every block claims, fetches at once or just before its turn, and turns come in order. Returns
 * how many blocks were claimed. */
static size_t read_claimed(struct input *in, size_t n, sink *o)
{
    block b[BLOCKS] = {0};
    size_t claimed = 0;
    for (size_t i = 0, first = 1;; i = (i + 1) % n, first += first <= n) {
        if (first > n && i % 2 && b[i].claim.of)
            input_fetch(&b[i]);
        if (first > n && !input_claim_is_spent(&b[i])) {
            if (!input_next(in, &b[i]))
                break;
            take_lines(&b[i], o);
        }
        claimed += input_claim(in, &b[i]);
        if (i % 2 == 0 && b[i].claim.of)
            input_fetch(&b[i]);
    }
    for (size_t i = 0; i < n; i++) {
        assert_false(input_next(in, &b[i]));
        assert_null(b[i].claim.of);
        block_free(&b[i]);
    }
    return claimed;
}

/* With every size of blocks and number of threads; `expected` NULL: as reading in order has it. */
static void check_claimed(span content, const sink *expected)
{
    put_file("log", content);
    source_path path = plain_path("log");
    for (size_t i = 0; i < COUNT_OF(block_sizes); i++) {
        for (size_t threads = 1; threads <= BLOCKS; threads += 2) {
            input_options options = {.block_size = block_sizes[i]};
            struct input *in = open_input(&path, options), *other = open_input(&path, options);
            sink o = sink_memory(), in_order = sink_memory();
            assert_true(read_claimed(in, threads, &o) > 0);
            read_all(other, &in_order);
            assert_same_text(&o, expected ? expected : &in_order);
            assert_true(input_state(in).complete);
            assert_int_equal(input_state(in).content, input_state(other).content);
            assert_string_equal(input_state(in).encoding, input_state(other).encoding);
            input_close(in);
            input_close(other);
            sink_drop(&o);
            sink_drop(&in_order);
        }
    }
}

static void claims_give_the_same_lines(void **state)
{
    (void)state;
    arena a = {0};
    for (uint32_t seed = 1; seed <= 4; seed++) {
        span content = random_lines(&a, seed, 20000, seed % 2);
        sink expected = sink_memory();
        describe_by_hand(&expected, content);
        check_claimed(content, &expected);
        sink_drop(&expected);
    }
    check_claimed(SPAN("\xef\xbb\xbfone\ntwo"), NULL);
    check_claimed(SPAN("x"), NULL);
    arena_free(&a);
}

/* Lines of 3 to 30,000 bytes: some swallow what later blocks have claimed, some leave a part of it. */
static void a_long_line_takes_what_others_claimed(void **state)
{
    (void)state;
    arena a = {0};
    char *p = arena_new(&a, char, 200000);
    memset(p, 'x', 200000);
    for (size_t at = 2, step = 3; at < 200000; at += step, step = step > 30000 ? 3 : step * 7 / 4)
        p[at] = '\n';
    sink expected = sink_memory();
    describe_by_hand(&expected, span_of(p, 200000));
    check_claimed(span_of(p, 200000), &expected);
    sink_drop(&expected);
    arena_free(&a);
}

/* Longer than any line may be, and shorter ones behind it. */
static void a_line_that_is_cut_ends_all_claims(void **state)
{
    (void)state;
    enum { LONG = INPUT_LINE_MAX + 70000 };
    arena a = {0};
    char *p = arena_new(&a, char, LONG + 100);
    memset(p, 'x', LONG + 100);
    p[9] = p[LONG] = p[LONG + 50] = '\n';
    put_file("log", span_of(p, LONG + 100));
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){.block_size = 30000});
    sink o = sink_memory(), expected = sink_memory();
    read_claimed(in, 3, &o);
    describe(&expected, 0, BLOCK_LINES, span_of(p, 9));
    describe(&expected, 10, BLOCK_TOO_LONG, span_of(p + 10, 4096));
    describe(&expected, LONG + 1, BLOCK_LINES, span_of(p + 10, 49));
    describe(&expected, LONG + 51, BLOCK_LINES, span_of(p + 10, 49));
    assert_same_text(&o, &expected);
    uint64_t place = LONG + 51;
    line_text text;
    fault e = input_lines(in, &a, &place, 1, &text);
    assert_int_equal(e.kind, FAULT_NONE);
    assert_int_equal(text.number, 4);
    input_close(in);
    sink_drop(&o);
    sink_drop(&expected);
    arena_free(&a);
}

/* Characters of several bytes on the edges of what is fetched; from some place on, another encoding, or none. Behind
 * what is looked at when a source is opened: 16 KiB. */
static void other_text_is_fetched_too(void **state)
{
    (void)state;
    enum { EDGE = 20480, SIZE = 26000 };
    static const char *const texts[] = {"=\xf0\x9f\x98\x80\xc3\xa9=", "=\x93\x63\x92\x86\x93\x63\x92\x86=", "=\xff="},
                      *const encodings[] = {"utf-8", "cp932", "unknown"};
    arena a = {0};
    char *p = arena_new(&a, char, SIZE);
    for (size_t k = 0; k < COUNT_OF(texts); k++)
        for (size_t at = EDGE - 5; at < EDGE; at += 2) {
            memset(p, 'x', SIZE);
            for (size_t i = 60; i < SIZE; i += 61)
                p[i] = '\n';
            memcpy(p + at, texts[k], strlen(texts[k]));
            check_claimed(span_of(p, SIZE), NULL);
            source_path path = plain_path("log");
            struct input *in = open_input(&path, (input_options){.block_size = 4096});
            sink o = sink_memory();
            read_claimed(in, BLOCKS, &o);
            assert_string_equal(input_state(in).encoding, encodings[k]);
            input_close(in);
            sink_drop(&o);
        }
    arena_free(&a);
}

static size_t descriptors(void)
{
    size_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d && readdir(d))
        n++;
    if (d)
        (void)closedir(d);
    return n;
}

/* Some have claimed bytes that are no longer there, and fetch them when the end is already known. */
static void a_file_that_shrinks_is_incomplete(void **state)
{
    (void)state;
    arena a = {0};
    span content = random_lines(&a, 9, 20000, true);
    source_path path = plain_path("log");
    for (size_t threads = 1; threads <= BLOCKS; threads++) {
        put_file("log", content);
        size_t before = descriptors();
        struct input *in = open_input(&path, (input_options){.block_size = 64}),
                     *in_order = open_input(&path, (input_options){.block_size = 64});
        assert_int_equal(truncate("log", 1001), 0);
        sink o = sink_memory(), expected = sink_memory();
        assert_true(read_claimed(in, threads, &o) > 0);
        assert_int_equal(descriptors(), before);
        read_all(in_order, &expected);
        assert_same_text(&o, &expected);
        assert_false(input_state(in).complete);
        assert_string_equal(input_state(in).reason.text, input_state(in_order).reason.text);
        input_close(in);
        input_close(in_order);
        sink_drop(&o);
        sink_drop(&expected);
    }
    arena_free(&a);
}

/* A pipe cannot be, and what is packed need not be. */
static void what_is_read_in_order_is_not_claimed(void **state)
{
    (void)state;
    put_file("log", SPAN("\xff\xfe" "a\0\n\0b\0\n\0"));
    source_path path = plain_path("log");
    struct input *in = open_input(&path, (input_options){0});
    sink o = sink_memory();
    assert_int_equal(read_claimed(in, 3, &o), 0);
    assert_true(span_eq(sink_text(&o), SPAN("3 line \"a\"\n5 line \"b\"\n")));
    input_close(in);
    sink_drop(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_give_the_same_lines),
        cmocka_unit_test(a_long_line_takes_what_others_claimed),
        cmocka_unit_test(a_line_that_is_cut_ends_all_claims),
        cmocka_unit_test(other_text_is_fetched_too),
        cmocka_unit_test(a_file_that_shrinks_is_incomplete),
        cmocka_unit_test(what_is_read_in_order_is_not_claimed),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
