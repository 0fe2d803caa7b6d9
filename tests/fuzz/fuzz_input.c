/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a source: small and large blocks give the same lines, and each line is read back from its place. */
#include "fuzz.h"

#include "input/input.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PLACES = 64 };

struct reading {
    uint64_t lines, sum, content;
    uint64_t places[PLACES], lengths[PLACES];
    bool complete;
};

static void expect(bool what)
{
    if (!what)
        abort();
}

static struct reading read_lines(struct input *in)
{
    struct reading r = {0};
    block b = {0};
    span line;
    uint64_t place;
    while (input_next(in, &b)) {
        expect(b.data.n > 0);
        while (block_line(&b, &line, &place)) {
            for (size_t i = 0; i < line.n; i++)
                r.sum = r.sum * 31 + (unsigned char)line.p[i];
            r.sum = r.sum * 31 + place + b.state;
            r.places[r.lines % PLACES] = place;
            r.lengths[r.lines % PLACES] = line.n;
            r.lines++;
        }
    }
    block_free(&b);
    r.content = input_state(in).content;
    r.complete = input_state(in).complete;
    return r;
}

static void read_back(struct input *in, const struct reading *r)
{
    arena a = {0};
    line_text text[PLACES];
    size_t n = r->lines < PLACES ? (size_t)r->lines : PLACES;
    fault e = input_lines(in, &a, r->places, n, text);
    expect(e.kind == FAULT_NONE);
    for (size_t i = 0; i < n; i++) {
        uint64_t number = i < r->lines % PLACES ? r->lines - r->lines % PLACES + i : r->lines - r->lines % PLACES - PLACES + i;
        expect(text[i].text.p && text[i].length == r->lengths[i]);
        expect(text[i].number == (r->lines < PLACES ? i : number) + 1);
    }
    arena_free(&a);
}

static void check(const source_path *path, size_t small)
{
    struct input *in[2];
    struct reading r[2];
    for (size_t i = 0; i < 2; i++) {
        fault e = input_open(path, 0, &(input_options){.block_size = i ? small : 0}, &in[i]);
        expect(e.kind == FAULT_NONE);
        e = input_refusal(in[i]);
        expect(e.kind != FAULT_IO && e.kind != FAULT_LIMIT); /* sound, of another kind, or damaged from its first byte on */
    }
    sameness same[2];
    input_sameness(in, 2, same);
    for (size_t i = 0; i < 2; i++)
        r[i] = read_lines(in[i]);
    expect(r[0].lines == r[1].lines && r[0].sum == r[1].sum && r[0].content == r[1].content && r[0].complete == r[1].complete);
    expect(strcmp(input_state(in[0]).reason.text, input_state(in[1]).reason.text) == 0);
    expect(same[0].kind == SAME_UNIQUE && (same[1].kind == SAME_EQUAL || r[0].content == 0));
    for (size_t i = 0; i < 2; i++) {
        read_back(in[i], &r[i]);
        input_close(in[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[] = "/tmp/konseki-fuzz-XXXXXX";
    int fd = mkstemp(name);
    expect(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)close(fd);
    source_path path = {.path = span_str(name)};
    check(&path, size % 97 + 1);
    (void)unlink(name);
    return 0;
}
