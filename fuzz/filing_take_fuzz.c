/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as what a receiver answers over the channels gateway, xarf, mail and notice, at each step: no crash, a turn that fits, a reason where it did not
 * go well, a number that a page can show, and a question after it. The first three bytes choose channel, step and status.
 */
#include <stdlib.h>

#include "report/channel.h"

static void must(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"gateway", "xarf", "mail", "notice"}, *const steps[] = {"open", "media", "finish", "look", "withdraw", "report", "send"};
    static const vg_report_operator operator = {.name = "Example", .email = "a@example.invalid", .domain = "example.invalid"};
    static const vg_report_channel settings = {.name = "any", .url = "smtp://127.0.0.1:25", .from = "a@example.invalid"};
    static const vg_receiver receiver = {.id = "x", .country = "FR", .name = {"X", "X"}, .email = "b@example.invalid", .media = true};
    static const vg_dossier_media media = {.seq = 3, .kept = true, .name = VG_STR("a.jpg"), .mime = VG_STR("image/jpeg")};
    static const vg_dossier dossier = {.name = "c-000001", .operator = &operator, .media = &media, .media_count = 1, .made_ms = 1};
    vg_arena *arena = vg_arena_create(1 << 16, 16 << 20);
    if (!arena || size < 3) return vg_arena_destroy(&arena), 0;
    const vg_filing_channel *channel = vg_filing_channel_find(names[data[0] % 4]);
    const char *step = steps[data[1] % 7];
    vg_filing_view f = {.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = &dossier, .receiver = &receiver, .settings = &settings, .now_ms = 1000,
                        .options = VG_STR("{\"items\":[{\"url\":\"https://cdn.example.invalid/1\"}]}")};
    const vg_progress now = {.step = step, .reference = VG_STR("G-1"), .memo = VG_STR("1")};
    vg_progress after = now;
    vg_ask ask = {.carry = data[0] % 4 > 1 ? VG_CARRY_MAIL : VG_CARRY_HTTP, .step = step, .message_id = VG_STR("<1@example.invalid>")};
    const vg_reply reply = {.kind = (vg_reply_kind)(data[0] / 4 % 3), .status = data[2] * 3, .body = {(const char *)data + 3, size - 3}, .why = VG_STR("gone"), .retry_after_s = -1};
    vg_filing_turn turn = VG_GO_LATER;
    vg_error why = {0};
    if (!channel->take(&f, &now, &ask, &reply, arena, &after, &turn, &why)) {
        must(turn <= VG_GO_GONE);
        must(turn == VG_GO_ON || turn == VG_GO_FILED || turn == VG_GO_GONE || turn == VG_GO_BY_HAND || why.what[0]);
        must(reply.kind == VG_REPLY_CAME || turn == VG_GO_LATER || turn == VG_GO_BY_HAND);
        must(turn != VG_GO_FILED || (after.reference.len && after.reference.len <= 256));
        for (size_t i = 0; i < after.reference.len; i++) must((unsigned char)after.reference.ptr[i] >= ' ');
        for (const char *c = why.what; *c; c++) must((unsigned char)*c >= ' ');
        if (turn == VG_GO_ON) must(channel->next(&f, &after, false, arena, &ask, &why) == 0 || why.code == VG_EINVAL || why.code == VG_ENOMEM);
    }
    vg_arena_destroy(&arena);
    return 0;
}
