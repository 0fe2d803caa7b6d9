/* SPDX-License-Identifier: Apache-2.0 */
/* Both pipes are written and read in one place, and neither is waited for alone: the reader may be waiting for us to take
 * an answer before it takes the next request. */
#define _GNU_SOURCE /* F_SETPIPE_SZ, pipe2, posix_spawn_file_actions_addclosefrom_np */
#include "input/events_layer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <unistd.h>

enum { PIPE_SIZE = 1024 * 1024, SILENCE_MAX = 300 * 1000 /* ms without a byte from it */ };

struct event_reader {
    int to, from;               /* -1: it is not running */
    unsigned threads;
    fault problem;              /* why it is not */
    const void *owner;          /* of the requests that are under way */
    uint64_t sent, answered;    /* requests; their number is their id */
    char *out;                  /* to be written: [out_at, out_n) */
    size_t out_at, out_n, out_capacity;
    struct frame_answer head;         /* being read */
    size_t head_n, body_n;
    char *text;                 /* of the answer that is being put together */
    size_t text_n, text_capacity;
};

/* ---- the other program ---- */

/* Its path: the folder of this program. */
static bool find_program(char *path, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", path, size - 1);
    if (n <= 0 || (size_t)n >= size - sizeof "konseki-evtx")
        return false;
    cut c = span_rcut(span_of(path, (size_t)n), '/');
    if (!c.found)
        return false;
    (void)snprintf(path + c.head.n, size - c.head.n, "/konseki-evtx");
    return true;
}

static int spawn(const char *path, int in, int out, unsigned threads)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%u", threads);
    char *argv[] = {"konseki-evtx", "--serve", "--threads", number, NULL}, *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    pid_t ignored;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    int error = posix_spawn(&ignored, path, &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void set_pipe(int fd)
{
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    (void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* fewer turns; what the system allows is enough */
}

static fault start(struct event_reader *r, const char *program)
{
    char beside[4096];
    const char *path = program ? program : beside;
    int down[2], up[2];
    if (!program && !find_program(beside, sizeof beside))
        return fault_make(FAULT_USAGE, "konseki-evtx, which reads event logs, cannot be looked for: /proc is not there");
    if (pipe2(down, O_CLOEXEC) != 0)
        return fault_errno("no pipe to the reader of event logs");
    if (pipe2(up, O_CLOEXEC) != 0) {
        fault f = fault_errno("no pipe to the reader of event logs");
        (void)close(down[0]);
        (void)close(down[1]);
        return f;
    }
    int error = spawn(path, down[0], up[1], r->threads);
    (void)close(down[0]);
    (void)close(up[1]);
    r->to = down[1];
    r->from = up[0];
    set_pipe(r->to);
    set_pipe(r->from);
    errno = error;
    return error ? fault_errno("%.300s, which reads event logs, cannot be started: put it beside konseki", path) : NO_FAULT;
}

static void end(struct event_reader *r, fault why)
{
    if (r->to >= 0)
        (void)close(r->to);
    if (r->from >= 0)
        (void)close(r->from);
    r->to = r->from = -1;
    r->problem = why;
}

struct event_reader *event_reader_start(const char *program, unsigned threads)
{
    struct event_reader *r = mem_alloc(sizeof *r);
    r->to = r->from = -1;
    r->threads = threads < 1 ? 1 : threads > 16 ? 16 : threads;
    fault f = start(r, program);
    if (f.kind)
        end(r, f);
    return r;
}

/* Its end is not waited for: it comes when the pipes close. */
void event_reader_stop(struct event_reader *r)
{
    if (!r)
        return;
    end(r, NO_FAULT);
    mem_free(r->out);
    array_free((void **)&r->text, &r->text_capacity);
    mem_free(r);
}

fault event_reader_problem(const struct event_reader *r, const char *path)
{
    fault why = r ? r->problem : fault_make(FAULT_USAGE, "there is no reader of event logs here");
    fault f = fault_make(FAULT_USAGE, "%.200s: %s", path, why.text);
    if (why.kind)
        f.kind = why.kind;
    return f;
}

/* ---- bytes ---- */

static void breaks(struct event_reader *r, const char *how)
{
    if (r->from >= 0)
        end(r, fault_make(FAULT_CORRUPT, "the reader of event logs %s; what was read up to there counts", how));
}

static void write_some(struct event_reader *r)
{
    ssize_t n = write(r->to, r->out + r->out_at, r->out_n - r->out_at);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        breaks(r, "ended");
    r->out_at += n > 0 ? (size_t)n : 0;
}

/* Up to n bytes; 0: none are there yet, or it ended. */
static size_t read_some(struct event_reader *r, void *to, size_t n)
{
    ssize_t got = read(r->from, to, n);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        breaks(r, "ended");
    return got > 0 ? (size_t)got : 0;
}

static bool is_sound(const struct event_reader *r)
{
    const struct frame_answer *a = &r->head;
    return a->kind == FRAME_ANSWER && a->id == r->answered && r->answered < r->sent && a->length <= ANSWER_FRAME &&
           r->text_n + a->length <= ANSWER_MAX;
}

/* A step of reading an answer. True: it is whole. */
static bool take_some(struct event_reader *r)
{
    if (r->head_n < sizeof r->head) {
        r->head_n += read_some(r, (char *)&r->head + r->head_n, sizeof r->head - r->head_n);
        if (r->head_n < sizeof r->head)
            return false;
        if (!is_sound(r) || !array_reserve((void **)&r->text, &r->text_capacity, r->text_n + r->head.length, 1, ANSWER_MAX)) {
            breaks(r, "gave an answer that is none");
            return false;
        }
    }
    if (r->body_n < r->head.length) {
        size_t got = read_some(r, r->text + r->text_n, r->head.length - r->body_n);
        r->body_n += got;
        r->text_n += got;
    }
    if (r->body_n < r->head.length)
        return false;
    r->head_n = r->body_n = 0;
    return r->head.is_last;
}

static bool wait_for_it(struct event_reader *r, bool *can_read)
{
    struct pollfd fds[2] = {{.fd = r->from, .events = POLLIN}, {.fd = r->out_at < r->out_n ? r->to : -1, .events = POLLOUT}};
    int n = poll(fds, 2, SILENCE_MAX);
    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0) {
        breaks(r, "has said nothing for five minutes");
        return false;
    }
    *can_read = fds[0].revents != 0;
    if (fds[1].revents)
        write_some(r);
    return r->from >= 0;
}

bool event_reader_receive(struct event_reader *r, struct reply *out)
{
    r->text_n = 0;
    while (r->from >= 0) {
        bool can_read = false;
        if (!wait_for_it(r, &can_read))
            return false;
        if (can_read && take_some(r)) {
            r->answered++;
            *out = (struct reply){span_of(r->text ? r->text : "", r->text_n), r->head.tally, r->head.consumed};
            return true;
        }
    }
    return false;
}

/* ---- requests ---- */

bool event_reader_claim(struct event_reader *r, const void *owner)
{
    struct reply ignored;
    if (r->owner == owner)
        return true;
    while (event_reader_waiting(r) && event_reader_receive(r, &ignored)) {
    }
    r->owner = owner;
    return false;
}

void event_reader_release(struct event_reader *r, const void *owner)
{
    if (r && r->owner == owner)
        r->owner = NULL;
}

static void append(struct event_reader *r, const void *bytes, size_t n)
{
    if (n)
        memcpy(r->out + r->out_n, bytes, n);
    r->out_n += n;
}

static void make_room(struct event_reader *r, size_t need)
{
    size_t left = r->out_n - r->out_at;
    if (left && r->out_at)
        memmove(r->out, r->out + r->out_at, left);
    r->out_at = 0;
    r->out_n = left;
    if (r->out_capacity >= left + need)
        return;
    char *bigger = mem_alloc(2 * (left + need));
    if (left)
        memcpy(bigger, r->out, left);
    mem_free(r->out);
    r->out = bigger;
    r->out_capacity = 2 * (left + need);
}

void event_reader_send(struct event_reader *r, struct frame_request q, span head, span bytes)
{
    q.id = r->sent++;
    q.length = (uint32_t)(head.n + bytes.n);
    q.head = (uint32_t)head.n;
    make_room(r, sizeof q + q.length);
    append(r, &q, sizeof q);
    append(r, head.p, head.n);
    append(r, bytes.p, bytes.n);
    if (r->to >= 0)
        write_some(r);
}

size_t event_reader_waiting(const struct event_reader *r) { return r->from >= 0 ? (size_t)(r->sent - r->answered) : 0; }

size_t event_reader_ahead(const struct event_reader *r) { return 2 * (size_t)r->threads; }
