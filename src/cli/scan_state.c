/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scan_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"

enum { FLUSH_US = 1000000, WAITING_CEILING = 64 << 20, WAITING_FLUSH = 1 << 20 };

/* Not secret: it only spreads names. */
static const vg_hash_key spread = {0x7669676965207363, 0x616e207374617465};

static int failed(vg_error *err, const char *path, const char *doing)
{
    int code = errno == ENOSPC || errno == EDQUOT ? VG_EFULL : VG_EIO;
    return vg_fail(err, code, path, "cannot %s: %s", doing, strerror(errno));
}

static uint64_t mark_of(const vg_scan_file *file)
{
    const int64_t numbers[2] = {(int64_t)file->size, file->changed_ns};
    uint64_t mark = vg_hash_mix(vg_hash64(&spread, file->path, strlen(file->path)), vg_hash64(&spread, numbers, sizeof numbers));
    return mark ? mark : 1;
}

static void put(uint64_t *slots, size_t count, uint64_t mark)
{
    size_t i = mark & (count - 1);
    while (slots[i] && slots[i] != mark) i = (i + 1) & (count - 1);
    slots[i] = mark;
}

static int remember(vg_scan_state *state, uint64_t mark, vg_error *err)
{
    if (2 * (state->done_count + 1) > state->done_slots) {
        size_t slots = state->done_slots ? 2 * state->done_slots : 1 << 12;
        uint64_t *more = vg_calloc(slots, sizeof *more);
        if (!more) return vg_fail(err, VG_ENOMEM, state->path, "no memory for what is finished");
        for (size_t i = 0; i < state->done_slots; i++)
            if (state->done[i]) put(more, slots, state->done[i]);
        vg_free(state->done);
        state->done = more;
        state->done_slots = slots;
    }
    put(state->done, state->done_slots, mark);
    state->done_count++;
    return 0;
}

bool vg_scan_state_has(const vg_scan_state *state, const vg_scan_file *file)
{
    if (!state->done_slots) return false;
    uint64_t mark = mark_of(file);
    size_t i = mark & (state->done_slots - 1);
    while (state->done[i] && state->done[i] != mark) i = (i + 1) & (state->done_slots - 1);
    return state->done[i] == mark;
}

/* "LENGTH MARK\n", both in hexadecimal of 16 digits. */
enum { LINE = 34 };

static int read_lines(vg_scan_state *state, FILE *in, uint64_t most, vg_error *err)
{
    char line[LINE + 1];
    int rc = 0;
    while (!rc && fread(line, 1, LINE, in) == LINE) {
        uint64_t length, mark;
        line[LINE] = '\0';
        if (line[LINE - 1] != '\n' || sscanf(line, "%16" SCNx64 " %16" SCNx64, &length, &mark) != 2)
            return vg_fail(err, VG_ECORRUPT, state->path, "is not the state of a scan; remove it and begin again");
        if (length < state->length || length > most) break; /* the output is shorter than it says: look again at the rest */
        state->length = length;
        rc = remember(state, mark, err);
    }
    return rc;
}

static int take_up(vg_scan_state *state, const char *out, const char *settings, vg_error *err)
{
    char first[512], wanted[512];
    int rc = 0;
    FILE *in = fopen(state->path, "r");
    if (!in) return errno == ENOENT ? 0 : failed(err, state->path, "read what is finished");
    snprintf(wanted, sizeof wanted, "vigie scan 1 %s\n", settings);
    if (!fgets(first, sizeof first, in) || strcmp(first, wanted) != 0)
        rc = vg_fail(err, VG_EINVAL, state->path, "another command or other settings began this scan; repeat those, or remove the file");
    long end = rc || fseek(state->out, 0, SEEK_END) ? -1 : ftell(state->out);
    if (!rc && end < 0) rc = failed(err, out, "look at the output");
    if (!rc) rc = read_lines(state, in, (uint64_t)end, err);
    fclose(in);
    return rc;
}

static int open_file(vg_scan_state *state, const char *out, bool resume, const char *settings, vg_error *err)
{
    int n = snprintf(state->path, sizeof state->path, "%s.state", out);
    if (n < 0 || (size_t)n >= sizeof state->path) return vg_fail(err, VG_EINVAL, "--out", "the path is too long");
    if (!resume && access(state->path, F_OK) == 0)
        return vg_fail(err, VG_EEXIST, state->path, "a scan was interrupted here; go on with --resume, or remove this file");
    bool there = access(out, F_OK) == 0;
    state->out = fopen(out, resume && there ? "r+" : "w");
    if (!state->out) return failed(err, out, "write");
    int rc = resume ? take_up(state, out, settings, err) : 0;
    if (rc) return rc;
    if (ftruncate(fileno(state->out), (off_t)state->length) || fseek(state->out, 0, SEEK_END)) return failed(err, out, "go on");
    state->state = fopen(state->path, state->length ? "r+" : "w");
    if (!state->state) return failed(err, state->path, "write");
    if (state->length) { /* what follows the last whole line is of no use */
        long header = (long)strlen("vigie scan 1 \n") + (long)strlen(settings);
        if (ftruncate(fileno(state->state), header + (long)state->done_count * LINE) || fseek(state->state, 0, SEEK_END))
            return failed(err, state->path, "go on");
    } else {
        fprintf(state->state, "vigie scan 1 %s\n", settings);
        if (fflush(state->state)) return failed(err, state->path, "write");
    }
    return 0;
}

int vg_scan_state_open(vg_scan_state *state, const char *out, bool resume, const char *settings, vg_error *err)
{
    *state = (vg_scan_state){.out = stdout, .flushed_us = vg_time_monotonic_us()};
    vg_buf_init(&state->waiting, WAITING_CEILING);
    if (!out && resume) return vg_fail(err, VG_EINVAL, "--resume", "needs --out: only a file can be taken up again");
    if (!out) return 0;
    state->out = NULL;
    int rc = open_file(state, out, resume, settings, err);
    if (rc) {
        if (state->out) fclose(state->out);
        if (state->state) fclose(state->state);
        vg_free(state->done);
        *state = (vg_scan_state){0};
    }
    return rc;
}

static int flush(vg_scan_state *state, vg_error *err)
{
    state->flushed_us = vg_time_monotonic_us();
    if (fflush(state->out)) return failed(err, "the output", "write");
    if (!state->state) return 0;
    if (fdatasync(fileno(state->out))) return failed(err, "the output", "write");
    if (fwrite(state->waiting.ptr ? state->waiting.ptr : "", 1, state->waiting.len, state->state) != state->waiting.len ||
        fflush(state->state))
        return failed(err, state->path, "write");
    vg_buf_clear(&state->waiting);
    return 0;
}

int vg_scan_state_add(vg_scan_state *state, const vg_scan_file *file, vg_str lines, vg_error *err)
{
    if (lines.len && fwrite(lines.ptr, 1, lines.len, state->out) != lines.len) return failed(err, "the output", "write");
    state->length += lines.len;
    if (state->state) {
        vg_buf_printf(&state->waiting, "%016" PRIx64 " %016" PRIx64 "\n", state->length, mark_of(file));
        if (state->waiting.failed) return vg_fail(err, VG_ENOMEM, state->path, "no memory for what is finished");
    }
    if (state->waiting.len < WAITING_FLUSH && vg_time_monotonic_us() - state->flushed_us < FLUSH_US) return 0;
    return flush(state, err);
}

int vg_scan_state_close(vg_scan_state *state, bool complete, vg_error *err)
{
    if (!state->out) return 0;
    int rc = flush(state, err);
    if (state->out != stdout && fclose(state->out) && !rc) rc = failed(err, "the output", "write");
    if (state->state) fclose(state->state);
    if (complete && !rc && state->path[0]) unlink(state->path);
    vg_buf_free(&state->waiting);
    vg_free(state->done);
    *state = (vg_scan_state){0};
    return rc;
}
