/* SPDX-License-Identifier: Apache-2.0 */
#include "app/manifest.h"

#include "app/sandbox.h"
#include "app/verb.h"
#include "base/hash.h"
#include "input/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE = 1 << 18 };

static fault hash_open(int fd, const char *path, char *buffer, char *hex)
{
    sha256 h = sha256_begin();
    ssize_t n;
    while ((n = read(fd, buffer, PIECE)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        sha256_raw(&h, span_of(buffer, (size_t)n));
    }
    fault f = n < 0 ? fault_errno("%s", path) : NO_FAULT;
    sha256_end(&h, hex, 64);
    return f;
}

static fault hash_path(const char *path, char *buffer, char *hex)
{
    if (strcmp(path, "-") == 0)
        return hash_open(STDIN_FILENO, path, buffer, hex);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault_errno("%s", path);
    fault f = hash_open(fd, path, buffer, hex);
    close(fd);
    return f;
}

static void fail(arena *a, struct manifest *m, span path, const fault *why)
{
    span text = span_str(why->text);
    if (span_starts(text, path))
        text = span_trim(span_skip(text, path.n + 1));
    m->failures[m->failure_n++] = (struct failure){path, arena_dup(a, text)};
}

fault manifest_make(arena *a, const struct options *o, struct manifest *out)
{
    source_list list;
    TRY(input_list(a, o->inputs, o->input_n, &list));
    const char **paths = arena_new(a, const char *, list.n + 1);
    for (size_t i = 0; i < list.n; i++) {
        paths[i] = list.items[i].path.p;
        if (output_is(o, paths[i]))
            return fault_make(FAULT_USAGE, "-o %s is one of the inputs, or lies among them: write elsewhere", o->output);
    }
    TRY(sandbox_enter(paths, list.n, o->tmp));
    *out = (struct manifest){arena_new(a, struct manifest_line, list.n + 1), 0,
                             arena_new(a, struct failure, list.n + list.failed_n + 1), 0};
    for (size_t i = 0; i < list.failed_n; i++)
        fail(a, out, list.failed[i].path, &list.failed[i].why);
    char *buffer = arena_new(a, char, PIECE);
    for (size_t i = 0; i < list.n; i++) {
        struct manifest_line *line = &out->lines[out->n];
        line->path = list.items[i].path;
        fault f = hash_path(paths[i], buffer, line->sha256);
        if (f.kind)
            fail(a, out, line->path, &f);
        else
            out->n++;
    }
    return NO_FAULT;
}

static bool is_odd(char c) { return c == '\\' || c == '\n' || c == '\r'; }

void manifest_write(const struct manifest *m, sink *o)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct manifest_line *line = &m->lines[i];
        bool is_escaped = false;
        for (size_t k = 0; k < line->path.n; k++)
            is_escaped |= is_odd(line->path.p[k]);
        sink_str(o, is_escaped ? "\\" : "");
        sink_str(o, line->sha256);
        sink_str(o, "  ");
        for (size_t k = 0; k < line->path.n; k++) {
            char c = line->path.p[k];
            if (is_odd(c))
                sink_str(o, c == '\\' ? "\\\\" : c == '\n' ? "\\n" : "\\r");
            else
                sink_char(o, c);
        }
        sink_char(o, '\n');
    }
}
