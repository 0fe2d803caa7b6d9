/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an archive: what is found in it is read to its end, twice the same, in bounded memory and time. The
 * limits are small here, so that a bomb of a few bytes costs nothing. */
#include "fuzz.h"

#include "input/depot.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SOURCES_MAX = 40, BYTES_MAX = 4 * 1024 * 1024 };

/* libzip 1.7 loses a few hundred bytes with each member whose reading it refuses to begin. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libzip.so"; }

static void expect(bool what)
{
    if (!what)
        abort();
}

/* A sum over the lines of a source, up to a few MiB of it. */
static uint64_t sum_lines(struct input *in)
{
    uint64_t sum = 0, place = 0;
    block b = {0};
    span line;
    while (place < BYTES_MAX && input_next(in, &b))
        while (block_line(&b, &line, &place))
            for (size_t i = 0; i < line.n; i++)
                sum = sum * 31 + (unsigned char)line.p[i] + place;
    b.from = NULL;
    block_free(&b);
    return sum;
}

static void read_source(const source_path *path)
{
    struct input *in;
    fault e = input_open(path, 0, &(input_options){.block_size = 999}, &in);
    if (e.kind)
        return;
    uint64_t sum = sum_lines(in);
    expect(input_rewind(in));
    expect(sum_lines(in) == sum);
    expect(input_state(in).compression && input_state(in).encoding);
    input_close(in);
}

static void check(const char *name)
{
    static const span passwords[] = {{"secret", 6}};
    input_options o = {.spool_limit = BYTES_MAX, .passwords = passwords, .password_n = 1};
    arena a = {0};
    source_list files, list;
    fault e = input_list(&a, &name, 1, &files);
    expect(e.kind == FAULT_NONE);
    struct depot *d = depot_open(&o);
    e = depot_list(d, &a, &files, &list);
    expect(e.kind == FAULT_NONE);
    expect(list.n + list.failed_n > 0);
    for (size_t i = 0; i < list.n && i < SOURCES_MAX; i++) {
        expect(i == 0 || span_cmp(list.items[i - 1].path, list.items[i].path) <= 0);
        read_source(&list.items[i]);
    }
    depot_close(d);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[] = "/tmp/konseki-fuzz-XXXXXX";
    int fd = mkstemp(name);
    expect(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)close(fd);
    check(name);
    (void)unlink(name);
    return 0;
}
