/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an answer of the CyberTipline, at each step of a filing: no crash, a turn that fits the step, a number of the report that is
 * digits, and never "filed" but at the steps that can say so. The first byte chooses the step.
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
    static const char *const steps[] = {"submit", "upload", "fileinfo", "finish", "look", "retract"};
    static const vg_report_operator operator = {.name = "Example", .email = "a@example.invalid"};
    static const vg_dossier_media media = {.seq = 3, .kept = true, .name = VG_STR("a.jpg")};
    static const vg_dossier dossier = {.name = "c-000001", .operator = &operator, .media = &media, .media_count = 1, .made_ms = 1};
    const vg_filing_channel *channel = vg_filing_channel_find("ncmec");
    vg_filing_view f = {.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = &dossier, .options = VG_STR("{}"), .now_ms = 1000};
    vg_arena *arena = vg_arena_create(1 << 16, 16 << 20);
    if (!arena || !size) return vg_arena_destroy(&arena), 0;
    const char *step = steps[data[0] % 6];
    bool submit = data[0] % 6 == 0, told = data[0] % 6 > 2;
    vg_progress now = {.step = step, .reference = submit ? VG_STR("") : VG_STR("4000001"),
                       .memo = submit ? VG_STR("") : told ? VG_STR("{\"files\":{\"3\":{\"id\":\"f\",\"told\":true}},\"opened\":1}") : VG_STR("{\"opened\":1}")};
    vg_progress after = now;
    vg_ask ask = {.carry = VG_CARRY_HTTP, .step = step};
    vg_reply reply = {.kind = VG_REPLY_CAME, .status = 200 + data[0] / 6 * 10, .body = {(const char *)data + 1, size - 1}, .retry_after_s = -1};
    vg_filing_turn turn = VG_GO_LATER;
    vg_error why = {0};
    int rc = channel->take(&f, &now, &ask, &reply, arena, &after, &turn, &why);
    if (!rc) {
        for (size_t i = 0; i < after.reference.len; i++) must(after.reference.ptr[i] >= '0' && after.reference.ptr[i] <= '9');
        must(turn <= VG_GO_GONE && turn != VG_GO_BY_HAND);
        must(turn == VG_GO_ON || turn == VG_GO_FILED || turn == VG_GO_GONE || why.what[0]);
        must(!(submit && (turn == VG_GO_FILED || turn == VG_GO_GONE)));
        must(turn != VG_GO_FILED || after.reference.len);
        must(after.memo.len <= 64 << 10);
        if (turn == VG_GO_ON) must(channel->next(&f, &after, false, arena, &ask, &why) == 0);
    }
    vg_arena_destroy(&arena);
    return 0;
}
