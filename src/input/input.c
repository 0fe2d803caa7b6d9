/* SPDX-License-Identifier: Apache-2.0 */
#include "input/content.h"
#include "input/encoding.h"

fault input_open(const source_path *path, uint32_t source, const input_options *options, struct input **out)
{
    *out = NULL;
    struct input *in = mem_alloc(sizeof *in);
    fault e = content_open(&in->content, path, options);
    if (e.kind) {
        mem_free(in);
        return e;
    }
    in->path = path;
    in->source = source;
    in->block_size = options->block_size ? options->block_size : INPUT_BLOCK_DEFAULT;
    if (in->block_size > INPUT_LINE_MAX)
        in->block_size = INPUT_LINE_MAX;
    char *head = mem_alloc(KIND_HEAD);
    span seen = span_of(head, content_read(&in->content, head, KIND_HEAD));
    in->kind = in->content.packing ? in->content.packing->kind : kind_of(seen);
    if (span_starts(seen, SPAN("\xef\xbb\xbf")))
        in->first = 3;
    in->place = in->first;
    mem_free(head);
    content_sleep(&in->content);
    *out = in;
    return NO_FAULT;
}

void input_close(struct input *in)
{
    if (!in)
        return;
    content_close(&in->content);
    line_index_free(&in->index);
    mem_free(in->carry);
    mem_free(in);
}

enum content_kind input_kind(const struct input *in) { return in->kind; }

fault input_refusal(const struct input *in)
{
    const char *path = in->path->path.p;
    const struct packing *packing = in->content.packing;
    switch (in->kind) {
    case CONTENT_TEXT:
        return NO_FAULT;
    case CONTENT_EMPTY: /* of which not a byte can be read is no empty log */
        return in->content.broken ? in->content.problem : NO_FAULT;
    case CONTENT_PACKED:
        return fault_make(FAULT_USAGE, "%s is %s, which is not read by this version: %s %s | konseki hunt -", path,
                          packing->name, packing->command, path);
    case CONTENT_BINARY:
        break;
    }
    return fault_make(FAULT_USAGE, "%s is not text: name the log itself, or unpack it first", path);
}

input_status input_state(const struct input *in)
{
    const struct content *c = &in->content;
    return (input_status){
        .compression = c->compression[0] ? c->compression : "none",
        .encoding = encoding_name(text_is(c->text)),
        .bytes = c->file ? c->file->size : c->stored,
        .content = in->place + in->carry_n,
        .ended = in->ended,
        .complete = in->ended && !in->problem.kind,
        .reason = in->problem,
    };
}

bool input_rewind(struct input *in)
{
    const struct file *f = in->content.file;
    if (f && f->pipe >= 0 && f->kept < f->size)
        return false;
    content_sleep(&in->content);
    in->place = in->first;
    in->carry_n = 0;
    in->skipping = in->ended = false;
    in->claimed = 0;
    in->problem = NO_FAULT;
    line_index_free(&in->index);
    return true;
}
