/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verb.h"
#include "base/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

const struct verb *const verbs[] = {&verb_check, &verb_hunt, &verb_who, &verb_rows, &verb_top, &verb_formats, &verb_completion, NULL};

static void put_help(sink *o)
{
    sink_str(o, "konseki " KONSEKI_VERSION "  finds the traces an intruder leaves in a proxy's log\n\n");
    for (size_t i = 0; verbs[i]; i++)
        sink_printf(o, "  konseki %-10s %s\n", verbs[i]->name, verbs[i]->what);
    sink_str(o, "\n  konseki VERB --help    its options\n  konseki --version\n");
}

static int answer(int fd, bool only_version, int code)
{
    sink o = sink_fd(fd);
    if (only_version)
        sink_str(&o, "konseki " KONSEKI_VERSION "\n");
    else
        put_help(&o);
    return sink_done(&o).kind ? EXIT_INPUT : code;
}

/* A descriptor that was closed by whoever started us must not become the next file that is opened: messages would
 * go into the report. Using it fails as before. */
static void hold_standard_descriptors(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY); /* the lowest free one: fd itself */
}

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is seen at the sink */
    if (argc < 2)
        return answer(2, false, EXIT_USAGE);
    span verb = span_str(argv[1]);
    for (size_t i = 0; verbs[i]; i++)
        if (span_eq(verb, span_str(verbs[i]->name)))
            return verb_call(verbs[i], argc - 1, (const char *const *)argv + 1);
    if (span_eq(verb, SPAN("--version")))
        return answer(1, true, EXIT_DONE);
    if (span_eq(verb, SPAN("--help")) || span_eq(verb, SPAN("-h")) || span_eq(verb, SPAN("help")))
        return answer(1, false, EXIT_DONE);
    sink o = sink_fd(2);
    sink_str(&o, "konseki: no such verb: ");
    sink_tty(&o, verb);
    sink_str(&o, "\n");
    fault ignored = sink_done(&o);
    (void)ignored;
    return answer(2, false, EXIT_USAGE);
}
