/* SPDX-License-Identifier: Apache-2.0 */
/* lines FILE...: how many lines the sources have, read as konseki reads them, and what is to say of them. */
#include "input/events.h"
#include "input/input.h"

#include <stdio.h>
#include <string.h>

static const char *reader_beside(const char *self, char *path, size_t size)
{
    const char *slash = strrchr(self, '/');
    (void)snprintf(path, size, "%.*s/../konseki-evtx", slash ? (int)(slash - self) : 1, slash ? self : ".");
    return path;
}

int main(int argc, char **argv)
{
    char path[4096];
    struct event_reader *reader = event_reader_start(reader_beside(argv[0], path, sizeof path), 16);
    for (int i = 1; i < argc; i++) {
        source_path source = {.path = span_str(argv[i])};
        struct input *in;
        fault f = input_open(&source, 0, &(input_options){.events = reader}, &in);
        if (f.kind) {
            (void)fprintf(stderr, "%s\n", f.text);
            continue;
        }
        block b = {0};
        uint64_t lines = 0;
        while (input_next(in, &b))
            lines += span_count(b.data, '\n');
        block_free(&b);
        printf("%llu %s %s\n", (unsigned long long)lines, argv[i], input_state(in).reason.text);
        input_close(in);
    }
    event_reader_stop(reader);
    return 0;
}
