/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an answer of the public database, to a batch and to a look-up: no crash, each statement gets a fate, one that is refused says
 * why, nothing is called sent by an answer that is none of theirs. The first byte chooses question and status.
 */
#include <stdlib.h>

#include "report/dsa/dsa.h"

static void must(bool condition)
{
    if (!condition) abort();
}

static void batch(const vg_reply *reply, size_t count, vg_arena *arena)
{
    static const vg_str puids[] = {VG_STR("vg-aaaa"), VG_STR("vg-bbbb"), VG_STR("vg-cccc")};
    vg_dsa_result results[3];
    vg_dsa_turn turn = {0};
    vg_error err = {0};
    if (vg_dsa_take_send(reply, puids, count, arena, results, &turn, &err)) return;
    bool answered = reply->kind == VG_REPLY_CAME && (reply->status == 200 || reply->status == 201 || reply->status == 422);
    for (size_t i = 0; i < count; i++) {
        must(results[i].fate == VG_DSA_SENT || results[i].fate == VG_DSA_GUILTY || results[i].fate == VG_DSA_AGAIN);
        must(results[i].fate != VG_DSA_GUILTY || results[i].why.len);
        must(results[i].fate != VG_DSA_SENT || answered || !turn.later);
        must(!((turn.later || turn.stop) && results[i].fate != VG_DSA_AGAIN));
    }
}

static void look(const vg_reply *reply, vg_arena *arena)
{
    vg_dsa_result result;
    vg_dsa_turn turn = {0};
    vg_error err = {0};
    if (vg_dsa_take_find(reply, arena, &result, &turn, &err)) return;
    must(result.fate == VG_DSA_SENT || result.fate == VG_DSA_AGAIN);
    must((result.fate == VG_DSA_SENT) == (reply->kind == VG_REPLY_CAME && reply->status == 200));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 201, 401, 404, 413, 422, 429, 500};
    vg_arena *arena = vg_arena_create(1 << 16, 64 << 20);
    if (!arena || !size) return vg_arena_destroy(&arena), 0;
    const uint8_t how = data[0];
    const vg_reply reply = {.kind = how >> 5 & 1 ? VG_REPLY_LOST : VG_REPLY_CAME, .status = how >> 5 & 1 ? 0 : statuses[how & 7], .type = VG_STR("application/json"),
                            .body = {(const char *)data + 1, size - 1}, .retry_after_s = -1, .why = VG_STR("")};
    if (how & 8) look(&reply, arena);
    else batch(&reply, how & 16 ? 3 : 1, arena);
    vg_arena_destroy(&arena);
    return 0;
}
