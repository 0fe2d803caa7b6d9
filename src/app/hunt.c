/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pipeline.h"
#include "app/progress.h"
#include "app/verb.h"
#include "base/when.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "konseki hunt INPUT...    is someone inside? stories, the lines that prove them, and what the log cannot show\n"
    "\n"
    "INPUT is a file (plain or gzip), a folder (walked), or - for standard input. The layout is recognised by\n"
    "content: Squid's, Apache's and nginx's own; others are inferred, or named:\n"
    "  --logformat 'STRING'   a Squid logformat, Apache LogFormat or nginx log_format\n"
    "  --squid-conf FILE      take the logformats of this squid.conf\n"
    "  --format NAME          squid, common, combined or nginx, and nothing else\n"
    "What is looked at:\n"
    "  --since T, --until T   rows of this time only: 2026-11-21T21:19:32Z or '2026-11-21 21:19'\n"
    "  --as-of T              the moment for \"still active\" (default: the last row)\n"
    "  --tz +09:00            what stamps (and times above) without a zone mean\n"
    "  --set DETECTOR.KNOB=V  change a threshold (docs/detectors/ lists them)\n"
    "What is shown:\n"
    "  --leads                single pieces of evidence too\n"
    "  --all                  everything in full, and what was explained away\n"
    "  --lang en|ja           language of the text\n"
    "  --show-tz +09:00       zone of the times shown (default: the log's)\n"
    "  --json                 docs/schema/hunt.schema.json\n"
    "  -o FILE                write there instead of standard output\n"
    "  --quiet                no progress on the terminal\n"
    "What it may use:\n"
    "  --threads N            (default: all)\n"
    "  --memory SIZE          of rows kept in RAM, 64M or 4G (default: a quarter of it); beyond: a temporary file\n"
    "  --tmp DIR              for that file\n"
    "\n"
    "Exit code: 0 done, 2 usage, 3 an input could not be read (the others were), 4 internal error.\n";

static void say(const char *text)
{
    sink o = sink_fd(2);
    sink_str(&o, "konseki hunt: ");
    sink_tty(&o, span_str(text));
    sink_char(&o, '\n');
    fault ignored = sink_done(&o);
    (void)ignored;
}

static int usage(const fault *f)
{
    say(f->text);
    say("'konseki hunt --help' lists the options");
    return EXIT_USAGE;
}

/* When the report was made: SOURCE_DATE_EPOCH pins it, for reports that must be reproducible to the byte. */
static int64_t created_ms(void)
{
    const char *pinned = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    if (pinned && span_u64(span_str(pinned), &seconds) && seconds < UINT64_C(1) << 40)
        return (int64_t)seconds * 1000;
    return (int64_t)time(NULL) * 1000;
}

/* Where the report goes. An existing file keeps its bytes until there is a report to put in their place. */
struct output { int fd; bool is_new; };

static fault output_open(const struct options *o, struct output *out)
{
    *out = (struct output){.fd = STDOUT_FILENO};
    if (!o->output)
        return NO_FAULT;
    out->fd = open(o->output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    out->is_new = out->fd >= 0;
    if (out->fd < 0)
        out->fd = open(o->output, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    return out->fd < 0 ? fault_errno("-o %s", o->output) : NO_FAULT;
}

static fault output_empty(const struct options *o, const struct output *out)
{
    struct stat info;
    bool has_bytes = o->output && fstat(out->fd, &info) == 0 && S_ISREG(info.st_mode);
    return has_bytes && ftruncate(out->fd, 0) != 0 ? fault_errno("-o %s", o->output) : NO_FAULT;
}

/* A file made for a report that never came is taken away again, where the sandbox has not closed yet. */
static void output_close(const struct options *o, const struct output *out, bool has_failed)
{
    if (!o->output || out->fd < 0)
        return;
    close(out->fd);
    if (out->is_new && has_failed)
        (void)unlink(o->output);
}

static fault write_report(const struct hunt *h, const struct options *o, int fd)
{
    const struct report *report = report_by_name(o->json ? SPAN("hunt_json") : SPAN("hunt_text"));
    struct report_options options = {.lang = o->lang, .lang_given = o->lang_given, .leads = o->leads, .all = o->all,
                                     .colour = isatty(fd) && !getenv("NO_COLOR") && !o->json, .columns = 80};
    options.tz_minutes = o->show_tz_minutes != WHEN_NONE_MINUTES ? o->show_tz_minutes : h->result.totals.tz_minutes;
    sink out = sink_fd(fd);
    report->render(&h->result, &options, &out);
    bool is_gone = out.error == EPIPE;
    fault f = sink_done(&out);
    return is_gone || (f.kind && out.error == EPIPE) ? NO_FAULT : f;
}

static void say_failures(const struct hunt_result *r)
{
    for (size_t i = 0; i < r->failure_n; i++) {
        sink o = sink_fd(2);
        sink_str(&o, "konseki hunt: not read: ");
        sink_tty(&o, r->failures[i].path);
        sink_str(&o, ": ");
        sink_tty(&o, r->failures[i].why);
        sink_char(&o, '\n');
        fault ignored = sink_done(&o);
        (void)ignored;
    }
}

static fault hunt_and_write(struct hunt *h, const struct options *o, const struct output *to)
{
    struct progress progress = progress_begin(!o->quiet);
    h->result.created = created_ms();
    fault f = hunt_run(h, o, progress_show, &progress);
    progress_end(&progress);
    if (f.kind || !h->result.source_n)
        return f;
    TRY(output_empty(o, to));
    return write_report(h, o, to->fd);
}

static int run(int argc, const char *const *argv)
{
    struct options o;
    struct hunt h = {0};
    arena memory = {0};
    fault f = options_parse(&memory, argc, argv, &o);
    if (!f.kind && o.help) {
        sink out = sink_fd(1);
        sink_str(&out, help);
        f = sink_done(&out);
        arena_free(&memory);
        return f.kind ? EXIT_INPUT : EXIT_DONE;
    }
    if (!f.kind && !o.input_n)
        f = fault_make(FAULT_USAGE, "which log? Name files, folders, or - for standard input");
    struct output out = {.fd = -1};
    if (!f.kind)
        f = output_open(&o, &out);
    h.result.arguments = argv;
    h.result.argument_n = (size_t)argc;
    if (!f.kind)
        f = hunt_and_write(&h, &o, &out);
    say_failures(&h.result);
    int code = f.kind == FAULT_USAGE ? usage(&f) : f.kind ? EXIT_INPUT : h.result.failure_n ? EXIT_INPUT : EXIT_DONE;
    if (f.kind && f.kind != FAULT_USAGE)
        say(f.text);
    output_close(&o, &out, code != EXIT_DONE && !h.result.source_n);
    hunt_close(&h);
    arena_free(&memory);
    return code;
}

const struct verb verb_hunt = {"hunt", "is someone inside? stories, and the lines that prove them", help, run};
