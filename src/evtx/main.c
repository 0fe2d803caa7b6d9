/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sink.h"
#include "evtx/modes.h"

#include <signal.h>
#include <unistd.h>

static const char help[] =
    "konseki-evtx [options] FILE...\n"
    "writes the events of Windows event logs as one line of JSON each, in the shape Winlogbeat gives\n"
    "\n"
    "FILE is an .evtx file, or events saved as XML or CSV (UTF-8); - is standard input. konseki runs this program itself:\n"
    "whoever has an event log to read names it to konseki.\n"
    "\n"
    "Options:\n"
    "  --threads N             threads that read, at most 16 (default: as many as there are cores)\n"
    "  --serve                 answer the requests of konseki on standard input\n"
    "  --version               the version\n"
    "  --help                  this page\n";

static int answer(int fd, const char *text, int code)
{
    sink o = sink_fd(fd);
    sink_str(&o, text);
    return sink_done(&o).kind ? EVTX_INPUT : code;
}

static int usage(const char *what)
{
    io_say(what);
    return answer(2, help, EVTX_USAGE);
}

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

int main(int argc, char **argv)
{
    uint64_t threads = cores();
    bool serves = false;
    int i = 1;
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is seen where we write */
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        span option = span_str(argv[i]);
        if (span_eq(option, SPAN("--help")))
            return answer(1, help, EVTX_DONE);
        if (span_eq(option, SPAN("--version")))
            return answer(1, "konseki-evtx " KONSEKI_VERSION "\n", EVTX_DONE);
        if (span_eq(option, SPAN("--serve")))
            serves = true;
        else if (span_eq(option, SPAN("--threads")) && i + 1 < argc && span_u64(span_str(argv[i + 1]), &threads) && threads)
            i++;
        else if (span_eq(option, SPAN("--"))) {
            i++;
            break;
        } else
            return usage(span_eq(option, SPAN("--threads")) ? "--threads needs a number from 1 on" : "no such option");
    }
    unsigned n = (unsigned)min_u64(threads, 16);
    if (serves)
        return i < argc ? usage("--serve takes no files") : evtx_serve(n);
    return i < argc ? evtx_files((const char *const *)argv + i, (size_t)(argc - i), n) : usage("no file is named");
}
