/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cases/pieces.h"

#include <jansson.h>

enum { SOURCE_MOST = 500, LANGUAGE_MOST = 35 };

static uint16_t share_of(const json_t *piece, const char *name)
{
    double value = json_number_value(json_object_get(piece, name));
    return value <= 0 ? 0 : value >= 1 ? 10000 : (uint16_t)(value * 10000 + 0.5);
}

/* A string of the content, as long as the store takes. */
static bool copy_text(vg_arena *arena, const json_t *object, const char *name, size_t most, vg_str *out)
{
    const json_t *value = json_object_get(object, name);
    vg_str text = {json_string_value(value), json_string_length(value)};
    if (!text.ptr || !text.len || text.len > most) return true;
    *out = vg_arena_copy(arena, text);
    return out->ptr != NULL;
}

int vg_pieces_each(vg_str content, vg_arena *arena, int (*each)(void *context, const vg_piece *piece, vg_error *err), void *context, vg_error *err)
{
    json_error_t error;
    json_t *root = json_loadb(content.ptr, content.len, 0, &error), *piece;
    const json_t *data = json_object_get(json_object_get(root, "event"), "data");
    int rc = 0;
    size_t i;
    if (!root && (json_error_code(&error) == json_error_out_of_memory || !error.text[0])) return vg_fail(err, VG_ENOMEM, "", "no memory to read evidence");
    json_array_foreach(json_object_get(root, "evidence"), i, piece)
    {
        const char *name = json_string_value(json_object_get(piece, "name"));
        int kind = name ? vg_evidence_kind_of(vg_str_of(name)) : -1;
        vg_piece one = {.kind = (uint8_t)kind, .source = {"", 0}, .language = {"", 0}, .weight = share_of(piece, "weight"), .strength = share_of(piece, "strength")};
        if (kind < 0) continue;
        bool kept = copy_text(arena, data, "language", LANGUAGE_MOST, &one.language) && copy_text(arena, piece, "language", LANGUAGE_MOST, &one.language) &&
                    copy_text(arena, piece, "pattern", SOURCE_MOST, &one.source) && copy_text(arena, piece, "rule", SOURCE_MOST, &one.source) &&
                    copy_text(arena, piece, "model", SOURCE_MOST, &one.source);
        rc = kept ? each(context, &one, err) : vg_fail(err, VG_ENOMEM, "", "no memory to read evidence");
        if (rc) break;
    }
    json_decref(root);
    return rc;
}
