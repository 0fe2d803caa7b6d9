/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verb.h"

#include "app/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HELP_COLUMN = 26 };

static void say(const struct verb *verb, const char *text)
{
    sink o = sink_fd(2);
    sink_printf(&o, "konseki %s: ", verb->name);
    sink_tty(&o, span_str(text));
    sink_char(&o, '\n');
    fault ignored = sink_done(&o);
    (void)ignored;
}

void call_failures(struct call *c, const struct failure *failures, size_t n)
{
    c->has_failures |= n > 0;
    for (size_t i = 0; i < n; i++) {
        sink o = sink_fd(2);
        sink_printf(&o, "konseki %s: not read: ", c->verb->name);
        sink_tty(&o, failures[i].path);
        sink_str(&o, ": ");
        sink_tty(&o, failures[i].why);
        sink_char(&o, '\n');
        fault ignored = sink_done(&o);
        (void)ignored;
    }
}

struct account call_account(const struct call *c, const struct reading *r)
{
    return (struct account){.created = call_created(), .arguments = c->arguments, .argument_n = c->argument_n,
                            .sources = r->infos, .source_n = r->n, .failures = r->failures, .failure_n = r->failure_n,
                            .notes = r->notes, .note_n = r->note_n};
}

void call_notes(const struct call *c, const struct sentence *notes, size_t n)
{
    struct text_style style = {.lang = c->options.lang};
    for (size_t i = 0; i < n; i++) {
        sink o = sink_fd(2);
        sink_printf(&o, "konseki %s: ", c->verb->name);
        text_render(&o, &style, notes[i]);
        sink_char(&o, '\n');
        fault ignored = sink_done(&o);
        (void)ignored;
    }
}

static void put_option(sink *o, const struct option_rule *r)
{
    size_t used = strlen(r->name) + (r->value ? strlen(r->value) + 1 : 0);
    sink_printf(o, "  %s%s%s", r->name, r->value ? " " : "", r->value ? r->value : "");
    if (used + 4 > HELP_COLUMN)
        sink_printf(o, "\n%*s", HELP_COLUMN, "");
    else
        sink_printf(o, "%*s", (int)(HELP_COLUMN - 2 - used), "");
    sink_printf(o, "%s\n", r->help);
}

void verb_help(const struct verb *verb, sink *o)
{
    sink_printf(o, "konseki %s %s\n%s\n\n%s", verb->name, verb->operands, verb->what, verb->about);
    for (enum option_group g = 0; g < GROUP_COUNT; g++) {
        bool is_titled = false;
        for (const struct option_rule *r = option_rules; r->name; r++) {
            if (r->group != g || !(r->verbs & verb->bit) || !r->help)
                continue;
            if (!is_titled)
                sink_printf(o, "\n%s\n", option_group_titles[g]);
            is_titled = true;
            put_option(o, r);
        }
    }
    sink_str(o, "\nExit code: 0 done, ");
    sink_str(o, verb->bit == VERB_CHECK ? "1 a field of --require is missing, " : "");
    sink_str(o, "2 usage, 3 an input could not be read (the others were), 4 internal error.\n");
}

int64_t call_created(void)
{
    const char *pinned = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    if (pinned && span_u64(span_str(pinned), &seconds) && seconds < UINT64_C(1) << 40)
        return (int64_t)seconds * 1000;
    return (int64_t)time(NULL) * 1000;
}

bool call_is_coloured(const struct call *c)
{
    return c->options.form == FORM_TEXT && isatty(c->out) && !getenv("NO_COLOR");
}

static bool is_same_file(const char *written, const char *path)
{
    struct stat out, in;
    if (!written || stat(written, &out) != 0 || !S_ISREG(out.st_mode))
        return false;
    int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(path, &in);
    return !failed && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

bool output_is(const struct options *o, const char *path) { return is_same_file(o->output, path); }

static fault refuse_output_read(const struct options *o)
{
    for (size_t i = 0; i < o->files.n; i++) {
        if (output_is(o, o->files.items[i].p))
            return fault_make(FAULT_USAGE, "-o %s is read by another option: write elsewhere", o->output);
        if (is_same_file(o->timeline, o->files.items[i].p))
            return fault_make(FAULT_USAGE, "--timeline %s is read by another option: write elsewhere", o->timeline);
    }
    return NO_FAULT;
}

static fault output_open(struct call *c)
{
    const char *path = c->options.output;
    c->out = STDOUT_FILENO;
    if (!path)
        return NO_FAULT;
    c->out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    c->out_is_new = c->out >= 0;
    if (c->out < 0)
        c->out = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    return c->out < 0 ? fault_errno("-o %s", path) : NO_FAULT;
}

/* A file made for a result that never came is taken away again, where the sandbox has not closed yet. */
static void output_close(struct call *c)
{
    if (!c->options.output || c->out < 0)
        return;
    close(c->out);
    if (c->out_is_new && !c->has_written)
        (void)unlink(c->options.output);
}

fault call_write(struct call *c, void (*render)(const struct call *c, const void *result, sink *o), const void *result)
{
    struct stat info;
    const char *path = c->options.output;
    bool has_bytes = path && fstat(c->out, &info) == 0 && S_ISREG(info.st_mode);
    if (has_bytes && ftruncate(c->out, 0) != 0)
        return fault_errno("-o %s", path);
    c->has_written = true;
    sink o = sink_fd(c->out);
    render(c, result, &o);
    bool is_gone = o.error == EPIPE;
    fault f = sink_done(&o);
    return is_gone || (f.kind && o.error == EPIPE) ? NO_FAULT : f;
}

static fault run(struct call *c, int argc, const char *const *argv)
{
    TRY(options_parse(&c->memory, c->verb->bit, argc, argv, &c->options));
    if (c->options.help) {
        sink o = sink_fd(STDOUT_FILENO);
        verb_help(c->verb, &o);
        return sink_done(&o);
    }
    if (c->verb->no_input && !c->options.input_n)
        return fault_make(FAULT_USAGE, "%s", c->verb->no_input);
    TRY(refuse_output_read(&c->options));
    TRY(output_open(c));
    return c->verb->run(c);
}

int verb_call(const struct verb *verb, int argc, const char *const *argv)
{
    struct call c = {.verb = verb, .arguments = argv, .argument_n = (size_t)argc, .out = -1};
    fault f = run(&c, argc, argv);
    if (f.kind)
        say(verb, f.text);
    if (f.kind == FAULT_USAGE)
        say(verb, arena_printf(&c.memory, "'konseki %s --help' lists the options", verb->name).p);
    output_close(&c);
    arena_free(&c.memory);
    return f.kind == FAULT_USAGE ? EXIT_USAGE : f.kind || c.has_failures ? EXIT_INPUT : c.asked ? EXIT_ASKED : EXIT_DONE;
}
