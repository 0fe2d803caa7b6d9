/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the tests of src/input: a folder of their own, files in it, and what was read as text. */
#ifndef KONSEKI_TEST_INPUT_H
#define KONSEKI_TEST_INPUT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sink.h"
#include "input/input.h"

/* The test's working folder is a new empty one below /tmp, removed at the end. */
static inline int enter_folder(void **state)
{
    char *name = mem_alloc(64);
    (void)snprintf(name, 64, "/tmp/konseki-test-XXXXXX");
    if (!mkdtemp(name) || chdir(name) != 0)
        return -1;
    *state = name;
    return 0;
}

static inline void remove_below(const char *folder, int depth)
{
    char path[2048];
    DIR *d = opendir(folder);
    const struct dirent *item;
    while (d && depth < 80 && (item = readdir(d))) {
        struct stat st;
        if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, ".."))
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, item->d_name) >= (int)sizeof path)
            continue;
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            remove_below(path, depth + 1);
        (void)remove(path);
    }
    if (d)
        (void)closedir(d);
}

static inline int leave_folder(void **state)
{
    char *name = *state;
    if (chdir("/") == 0) {
        remove_below(name, 0);
        (void)rmdir(name);
    }
    mem_free(name);
    return 0;
}

static inline void put_file(const char *path, span content)
{
    (void)unlink(path); /* a file that is truncated instead is flushed to the disk by ext4: thousands of them take minutes */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    for (size_t done = 0; done < content.n;) {
        ssize_t w = write(fd, content.p + done, content.n - done);
        assert_true(w > 0);
        done += (size_t)w;
    }
    assert_int_equal(close(fd), 0);
}

static inline source_path plain_path(const char *path)
{
    return (source_path){.path = span_str(path)};
}

static inline struct input *open_input(const source_path *path, input_options o)
{
    struct input *in = NULL;
    fault e = input_open(path, 7, &o, &in);
    assert_int_equal(e.kind, FAULT_NONE);
    return in;
}

/* One line of text per line read: "offset state text", the text as JSON, long ones by length and ends. */
static inline void describe(sink *o, uint64_t offset, enum block_state state, span line)
{
    sink_printf(o, "%llu %s ", (unsigned long long)offset,
                state == BLOCK_LINES ? "line" : state == BLOCK_TOO_LONG ? "too-long" : "cut-off");
    if (line.n > 300)
        sink_printf(o, "[%zu] ", line.n);
    sink_json(o, span_take(line, 300));
    sink_char(o, '\n');
}

static inline void read_all(struct input *in, sink *o)
{
    block b = {0};
    span line;
    uint64_t offset;
    while (input_next(in, &b)) {
        assert_int_equal(b.source, 7);
        assert_true(b.data.n > 0);
        assert_true(b.state == BLOCK_LINES || memchr(b.data.p, '\n', b.data.n) == NULL);
        while (block_line(&b, &line, &offset))
            describe(o, offset, b.state, line);
    }
    block_free(&b);
}

static inline void assert_same_text(const sink *a, const sink *b)
{
    assert_true(span_eq(sink_text(a), sink_text(b)));
}

static inline void sink_drop(sink *o)
{
    fault e = sink_done(o);
    assert_int_equal(e.kind, FAULT_NONE);
}

/* Cuts lines byte by byte: what block_line and the blocks are compared with. */
static inline void describe_by_hand(sink *o, span content)
{
    size_t begin = 0;
    for (size_t i = 0; i <= content.n; i++) {
        bool newline = i < content.n && content.p[i] == '\n';
        if (!newline && (i < content.n || begin == i))
            continue;
        size_t n = i - begin;
        if (n && content.p[begin + n - 1] == '\r')
            n--;
        describe(o, begin, BLOCK_LINES, span_of(content.p + begin, n));
        begin = i + 1;
    }
}

static inline uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Lines of 0 to 99 letters, some with CRLF, some with NULs; the last one without newline where asked. */
static inline span random_lines(arena *a, uint32_t seed, size_t size, bool final_newline)
{
    char *p = arena_new(a, char, size);
    for (size_t i = 0; i < size; i++) {
        uint32_t r = next_random(&seed);
        p[i] = r % 50 == 0 ? '\n' : r % 211 == 1 ? '\0' : r % 97 == 1 ? '\r' : (char)('a' + r % 26);
        if (p[i] == '\n' && i && r % 3 == 0)
            p[i - 1] = '\r';
    }
    if (size)
        p[size - 1] = final_newline ? '\n' : 'z';
    return span_of(p, size);
}

#endif
