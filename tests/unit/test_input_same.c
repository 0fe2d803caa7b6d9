/* SPDX-License-Identifier: Apache-2.0 */
#include "test_input.h"

#include <isa-l/igzip_lib.h>
#include <pthread.h>

enum { SOURCES_MAX = 16 };

/* One gzip member of `content`. */
static span pack_stored(arena *a, span content)
{
    struct isal_zstream *z = mem_alloc(sizeof *z);
    size_t room = content.n + content.n / 8 + 1024;
    uint8_t *out = arena_new(a, uint8_t, room);
    isal_deflate_stateless_init(z);
    z->gzip_flag = IGZIP_GZIP;
    z->next_in = (uint8_t *)(uintptr_t)content.p;
    z->avail_in = (uint32_t)content.n;
    z->next_out = out;
    z->avail_out = (uint32_t)room;
    z->end_of_stream = 1;
    assert_int_equal(isal_deflate_stateless(z), COMP_OK);
    span packed = span_of((const char *)out, room - z->avail_out);
    mem_free(z);
    return packed;
}

struct expected {
    const char *name;
    span content;
    bool packed;
    enum same_kind kind;
    size_t of;
};

static void check(arena *a, const struct expected *want, size_t n)
{
    source_path paths[SOURCES_MAX];
    struct input *in[SOURCES_MAX] = {0};
    sameness got[SOURCES_MAX];
    for (size_t i = 0; i < n; i++) {
        put_file(want[i].name, want[i].packed ? pack_stored(a, want[i].content) : want[i].content);
        paths[i] = plain_path(want[i].name);
        in[i] = open_input(&paths[i], (input_options){0});
    }
    input_sameness(in, n, got);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(got[i].kind, want[i].kind);
        assert_int_equal(got[i].of, want[i].of);
        sink o = sink_memory(), expected = sink_memory(); /* they still read from their first line */
        read_all(in[i], &o);
        describe_by_hand(&expected, want[i].content);
        assert_same_text(&o, &expected);
        assert_true(input_state(in[i]).complete);
        sink_drop(&o);
        sink_drop(&expected);
        input_close(in[i]);
    }
}

static void copies_and_beginnings(void **state)
{
    (void)state;
    arena a = {0};
    span text = random_lines(&a, 5, 3000000, true);
    char *other = arena_new(&a, char, text.n);
    memcpy(other, text.p, text.n);
    other[text.n - 2] = '!'; /* differs at its end only */
    const struct expected want[] = {
        {"a", span_take(text, 1000000), false, SAME_PREFIX, 1},
        {"b", text, false, SAME_UNIQUE, 1},
        {"c", text, true, SAME_EQUAL, 1},
        {"d", span_of(other, text.n), false, SAME_UNIQUE, 3},
        {"e", span_take(text, 1000000), true, SAME_PREFIX, 1},
        {"f", SPAN(""), false, SAME_UNIQUE, 5},
        {"g", span_take(text, 10), false, SAME_PREFIX, 1},
        {"h", span_take(text, 64), false, SAME_PREFIX, 1},
        {"i", SPAN("short and alone\n"), false, SAME_UNIQUE, 8},
        {"j", SPAN("short and alone\n"), true, SAME_EQUAL, 8},
        {"k", SPAN(""), true, SAME_UNIQUE, 10},
        {"l", span_of(other, text.n - 1), false, SAME_PREFIX, 3},
        {"m", span_take(text, 1000001), false, SAME_PREFIX, 1},
        {"n", span_skip(text, 1), false, SAME_UNIQUE, 13},
    };
    check(&a, want, COUNT_OF(want));
    arena_free(&a);
}

/* Lengths around the steps of the comparison: each is the beginning of the last, the longest. */
static void lengths_around_the_steps(void **state)
{
    (void)state;
    arena a = {0};
    span text = random_lines(&a, 11, 300000, true);
    static const size_t sizes[] = {1, 63, 64, 65, 1023, 1024, 1025, 16383, 16384, 16385, 262143, 262144, 262145, 262146};
    struct expected want[COUNT_OF(sizes)];
    char names[COUNT_OF(sizes)][2];
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        names[i][0] = (char)('a' + i);
        names[i][1] = '\0';
        bool last = i + 1 == COUNT_OF(sizes);
        want[i] = (struct expected){names[i], span_take(text, sizes[i]), i % 3 == 0, last ? SAME_UNIQUE : SAME_PREFIX,
                                    COUNT_OF(sizes) - 1};
    }
    check(&a, want, COUNT_OF(want));
    arena_free(&a);
}

struct writer {
    int fd;
    span content;
};

static void *write_all(void *p)
{
    struct writer *w = p;
    for (size_t done = 0; done < w->content.n;) {
        ssize_t n = write(w->fd, w->content.p + done, w->content.n - done);
        if (n < 0)
            break;
        done += (size_t)n;
    }
    (void)close(w->fd);
    return NULL;
}

/* Where too little of a pipe is kept it cannot be compared; it is read all the same. */
static void check_pipe(span text, uint64_t limit, enum same_kind kind)
{
    int ends[2], saved = dup(0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], 0), 0);
    (void)close(ends[0]);
    struct writer w = {ends[1], text};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_all, &w), 0);
    source_path paths[2] = {{.path = SPAN("-"), .pipe = true}, plain_path("file")};
    struct input *in[2];
    sameness got[2];
    for (size_t i = 0; i < 2; i++)
        in[i] = open_input(&paths[i], (input_options){.spool_limit = limit, .tmp = "."});
    input_sameness(in, 2, got);
    assert_int_equal(got[0].kind, SAME_UNIQUE);
    assert_int_equal(got[1].kind, kind);
    sink o = sink_memory(), expected = sink_memory();
    read_all(in[0], &o);
    describe_by_hand(&expected, text);
    assert_same_text(&o, &expected);
    assert_true(input_state(in[0]).complete);
    assert_int_equal(pthread_join(thread, NULL), 0);
    input_close(in[0]);
    input_close(in[1]);
    assert_int_equal(dup2(saved, 0), 0);
    (void)close(saved);
    sink_drop(&o);
    sink_drop(&expected);
}

static void a_pipe_can_be_a_copy(void **state)
{
    (void)state;
    arena a = {0};
    span text = random_lines(&a, 13, 900000, true);
    put_file("file", text);
    check_pipe(text, 0, SAME_EQUAL);
    check_pipe(text, 300000, SAME_UNIQUE);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_and_beginnings),
        cmocka_unit_test(lengths_around_the_steps),
        cmocka_unit_test(a_pipe_can_be_a_copy),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
