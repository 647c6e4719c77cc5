/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers, and problem details (RFC 9457). */
#include <stdarg.h>
#include <stdio.h>
#include "base/log.h"
#include "net/net_int.h"

static const struct {
    int status;
    const char *name, *title;
} statuses[] = {
    {400, "invalid", "The request is not valid"},
    {401, "unauthorized", "Who asks is not known"},
    {403, "forbidden", "This is not allowed"},
    {404, "not-found", "There is nothing here"},
    {405, "method-not-allowed", "This path does not take this method"},
    {408, "timeout", "The request took too long to arrive"},
    {409, "conflict", "This is in conflict with what is there"},
    {410, "gone", "This has ended"},
    {413, "too-large", "The request is too large"},
    {414, "uri-too-long", "The address is too long"},
    {415, "media-type", "This content type is not taken here"},
    {422, "unprocessable", "The request refers to what does not exist"},
    {429, "too-many-requests", "Too many requests"},
    {451, "removed", "The law requires this to be out of reach"},
    {431, "headers-too-large", "The headers are too large"},
    {500, "internal", "Something is wrong inside"},
    {503, "unavailable", "Not possible right now"},
};

const char *vg_status_title(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].status == status) return statuses[i].title;
    return "Error";
}

static const char *name_of(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].status == status) return statuses[i].name;
    return "error";
}

int vg_problem_status(int code)
{
    switch (code) {
    case VG_OK: return 200;
    case VG_EINVAL: return 400;
    case VG_ENOENT: return 404;
    case VG_EEXIST:
    case VG_ECONFLICT: return 409;
    case VG_ETOOBIG: return 413;
    case VG_EFORBIDDEN: return 403;
    case VG_EUNAUTHORIZED: return 401;
    case VG_EUNPROCESSABLE: return 422;
    case VG_EGONE: return 410;
    case VG_EREMOVED: return 451;
    case VG_ENOMEM:
    case VG_EIO:
    case VG_EBUSY:
    case VG_EFULL: return 503;
    default: return 500;
    }
}

void vg_problem_write(vg_buf *out, int status, const char *pointer, const char *detail)
{
    bool named = pointer && strncmp(pointer, VG_PROBLEM, sizeof VG_PROBLEM - 1) == 0;
    vg_buf_add_cstr(out, "{\"type\":\"");
    vg_buf_add_cstr(out, named ? "" : VG_PROBLEM);
    vg_buf_add_cstr(out, named ? pointer : name_of(status));
    vg_buf_add_cstr(out, "\",\"title\":");
    vg_buf_add_json_str(out, vg_str_of(vg_status_title(status)));
    vg_buf_add_cstr(out, ",\"status\":");
    vg_buf_add_u64(out, (uint64_t)status);
    vg_buf_add_cstr(out, ",\"detail\":");
    vg_buf_add_json_str(out, vg_str_of(detail));
    if (pointer && pointer[0] == '/') {
        vg_buf_add_cstr(out, ",\"pointer\":");
        vg_buf_add_json_str(out, vg_str_of(pointer));
    }
    vg_buf_add_char(out, '}');
}

void vg_answer_header(vg_exchange *x, const char *name, const char *value)
{
    if (x->header_count < VG_NET_MAX_HEADERS_OUT && value)
        x->headers[x->header_count++] = (vg_header){name, value};
}

vg_buf *vg_answer_begin(vg_exchange *x, int status, const char *type)
{
    vg_buf_clear(&x->out);
    x->fixed = NULL;
    x->header_count = 0;
    x->status = status;
    x->type = type;
    return &x->out;
}

static void answer_problem_text(vg_exchange *x, int status, const char *pointer, const char *detail)
{
    vg_buf *out = vg_answer_begin(x, status, "application/problem+json");
    vg_problem_write(out, status, pointer, detail);
}

void vg_answer_problem(vg_exchange *x, int status, const char *pointer, const char *format, ...)
{
    char detail[512];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    answer_problem_text(x, status, pointer, detail);
}

static void add_retry_after(vg_exchange *x, int64_t wait_ms)
{
    int64_t seconds = (wait_ms + 999) / 1000;
    vg_str value = vg_arena_printf(x->arena, "%lld", (long long)(seconds < 1 ? 1 : seconds));
    vg_answer_header(x, "Retry-After", value.ptr ? value.ptr : "1");
}

void vg_answer_error(vg_exchange *x, const vg_error *err)
{
    int status = vg_problem_status(err->code);
    if (status == 500) {
        vg_log(VG_LOG_ERROR, "net", "%s: %s: %s", x->route ? x->route->label : "-", err->where, err->what);
        answer_problem_text(x, 500, NULL, "the server's log says more");
        return;
    }
    answer_problem_text(x, status, err->where, err->what[0] ? err->what : vg_error_name(err->code));
    if (status == 503) add_retry_after(x, err->code == VG_EFULL || err->code == VG_EIO ? 5000 : 1000);
}

void vg_answer_busy(vg_exchange *x, const char *what)
{
    answer_problem_text(x, 503, NULL, what);
    add_retry_after(x, 1000);
}

void vg_answer_too_many(vg_exchange *x, int64_t wait_ms, const char *what)
{
    answer_problem_text(x, 429, NULL, what);
    add_retry_after(x, wait_ms);
}
