/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of an annex, sealed (vg_filing_annex.contents): how many files the archive holds, a line for each of the first ("SHA-256 bytes name"), an
 * empty line, and the signed checkpoint. */
#include "filing_annex.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "dossier.h"
#include "evidence_state.h"
#include "store/audit/audit.h"
#include "store/filings/annex.h"

enum { STATE_MOST = 4 << 20, LIST_MOST = 256 << 10, CONTENTS_MOST = 512 << 10 };

typedef struct making {
    vg_store *store;
    const vg_filing_open_ask *ask;
    vg_arena *arena;
    vg_filing_open_t *o;
    vg_filing_annex annex;
    vg_buf list;
    size_t listed;
    vg_str checkpoint;
} making;

/* ---- making ---- */

static int list_file(void *context, const char *name, uint64_t bytes, const uint8_t sha256[32], vg_error *err)
{
    making *m = context;
    char hex[65];
    if (m->listed++ >= VG_ANNEX_FILES_MOST) return 0;
    vg_hex_encode(hex, sha256, 32);
    vg_buf_printf(&m->list, "%s %llu %s\n", hex, (unsigned long long)bytes, name);
    return m->list.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the list of an archive") : 0;
}

static int seal_bag(making *m, const vg_bag_options *options, vg_annex_writer *writer, vg_error *err)
{
    const vg_receiver *to = &m->o->receiver;
    const vg_bag_sink file = {writer, vg_annex_write};
    vg_sealer *sealer;
    int rc = vg_sealer_begin(&sealer, to->public_key, to->key_until_ms, m->ask->now_ms, &file, err);
    if (rc) return rc;
    const vg_bag_sink sink = vg_sealer_sink(sealer);
    rc = vg_bag_write(&m->o->dossier, options, &sink, err);
    if (!rc) return vg_sealer_end(&sealer, err);
    vg_sealer_abandon(&sealer);
    return rc;
}

static int write_archive(making *m, const vg_bag_file *audit, vg_error *err)
{
    vg_annex_writer *writer = NULL;
    vg_buf state;
    char reason[64];
    vg_buf_init(&state, STATE_MOST);
    snprintf(reason, sizeof reason, "report %lld", (long long)m->o->f.id);
    int rc = vg_evidence_state_write(m->store, m->o->policy, &m->o->dossier.c, false, m->arena, &state, err);
    const vg_bag_options options = {.media = m->annex.media, .by = m->o->f.made_by, .reason = vg_str_of(reason), .state = {state.ptr, state.len}, .audit = audit,
                                    .audit_count = VG_DOSSIER_AUDIT_FILES, .listed = list_file, .list = m};
    if (!rc) rc = vg_annex_write_begin(&writer, m->store, err);
    if (!rc) rc = seal_bag(m, &options, writer, err);
    if (!rc) rc = vg_annex_write_end(&writer, &m->annex, err);
    vg_annex_write_abandon(&writer);
    vg_buf_free(&state);
    return rc;
}

/* That the archive could not be made does not keep a report back, unless it would succeed in a moment. */
static int without(making *m, int rc, vg_error *err)
{
    if (rc == -VG_ENOMEM || rc == -VG_EFULL || rc == -VG_EBUSY || rc == -VG_EGONE) return rc;
    vg_log(VG_LOG_WARN, "filing", "the archive of filing %lld was not made: %s", (long long)m->o->f.id, err->what);
    m->annex.why = vg_arena_copy(m->arena, vg_str_of(err->what));
    m->annex.media = false;
    m->listed = 0;
    vg_buf_clear(&m->list);
    *err = (vg_error){0};
    return m->annex.why.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
}

static int put_together(making *m, vg_error *err)
{
    vg_buf all;
    vg_buf_init(&all, CONTENTS_MOST);
    vg_buf_printf(&all, "%zu\n", m->listed);
    vg_buf_add(&all, m->list.ptr, m->list.len);
    vg_buf_add_char(&all, '\n');
    vg_buf_add_str(&all, m->checkpoint);
    m->annex.contents = all.failed ? (vg_str){NULL, 0} : vg_arena_copy(m->arena, (vg_str){all.ptr, all.len});
    vg_buf_free(&all);
    return m->annex.contents.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an annex");
}

/* With the audit log's excerpt in it; the papers name the checkpoint that the excerpt leads to. */
static int make_archive(making *m, vg_error *err)
{
    vg_bag_file audit[VG_DOSSIER_AUDIT_FILES];
    vg_buf excerpt;
    const vg_dossier *d = &m->o->dossier;
    for (size_t i = 0; m->o->receiver.media && i < d->media_count; i++) m->annex.media |= d->media[i].kept;
    int rc = vg_dossier_audit(m->store, m->o->f.case_id, m->ask->now_ms, m->arena, &excerpt, audit, err);
    if (!rc) {
        m->checkpoint = audit[1].bytes;
        rc = write_archive(m, audit, err);
        if (rc) rc = without(m, rc, err);
    }
    vg_buf_free(&excerpt);
    return rc;
}

static int make_checkpoint(making *m, vg_error *err)
{
    vg_checkpoint checkpoint = {.note = {"", 0}};
    int rc = vg_store_audit_checkpoint_make(m->store, m->ask->now_ms, m->arena, &checkpoint, err);
    m->checkpoint = checkpoint.note;
    return rc;
}

static int make(making *m, vg_error *err)
{
    m->annex = (vg_filing_annex){.filing_id = m->o->f.id, .prepared_ms = m->o->f.prepared_ms, .made_ms = m->ask->now_ms, .why = {"", 0}, .contents = {"", 0}};
    vg_buf_init(&m->list, LIST_MOST);
    int rc = vg_filing_wants_archive(m->o->channel, &m->o->view) ? make_archive(m, err) : make_checkpoint(m, err);
    if (!rc) rc = put_together(m, err);
    if (!rc) rc = vg_store_annex_keep(m->store, &m->annex, err);
    vg_buf_free(&m->list);
    return rc;
}

/* ---- reading ---- */

static vg_str line_of(vg_str *rest)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    vg_str line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    size_t passed = line.len + (end != NULL);
    rest->ptr += passed;
    rest->len -= passed;
    return line;
}

static bool read_file(vg_str line, vg_annex_file *out)
{
    const char *space = line.len > 66 ? memchr(line.ptr + 65, ' ', line.len - 65) : NULL;
    if (!space || !vg_hex_decode(out->sha256, sizeof out->sha256, (vg_str){line.ptr, 64})) return false;
    out->bytes = strtoull(line.ptr + 65, NULL, 10); /* ends at the space before the name */
    out->name = (vg_str){space + 1, line.len - (size_t)(space + 1 - line.ptr)};
    return true;
}

static int read_contents(vg_str contents, vg_arena *arena, vg_annexes *out, vg_error *err)
{
    vg_annex_file *files = vg_arena_calloc(arena, VG_ANNEX_FILES_MOST, sizeof *files);
    vg_str rest = contents, line;
    if (!files) return vg_fail(err, VG_ENOMEM, "", "no memory for the list of an archive");
    line = line_of(&rest);
    out->files_all = line.len ? (size_t)strtoull(line.ptr, NULL, 10) : 0;
    while (rest.len && (line = line_of(&rest)).len && out->file_count < VG_ANNEX_FILES_MOST)
        if (read_file(line, &files[out->file_count])) out->file_count++;
    out->files = files;
    out->checkpoint = rest;
    return 0;
}

static int show(making *m, vg_error *err)
{
    const vg_filing_annex *a = &m->annex;
    vg_annexes *out = &m->o->view.annexes;
    *out = (vg_annexes){.checkpoint = {"", 0}, .why = a->why};
    int rc = a->contents.len ? read_contents(a->contents, m->arena, out, err) : 0;
    if (rc || !a->has_archive) return rc;
    vg_annex *archive = &out->items[out->count++];
    *archive = (vg_annex){.type = VG_STR("application/octet-stream"), .bytes = a->bytes, .media = a->media, .held = {NULL, 0}};
    archive->title[VG_LANG_FR] = VG_STR("Archive du dossier, scellée pour le destinataire");
    archive->title[VG_LANG_EN] = VG_STR("Archive of the case, sealed for the receiver");
    archive->name = vg_arena_printf(m->arena, "%s.vigie", m->o->dossier.name);
    memcpy(archive->sha256, a->sha256, sizeof archive->sha256);
    if (!archive->name.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for an annex");
    return vg_store_annex_path(m->store, a, m->arena, &archive->file, err);
}

int vg_filing_annex_open(vg_store *store, const vg_filing_open_ask *ask, vg_arena *arena, vg_filing_open_t *o, vg_error *err)
{
    making m = {.store = store, .ask = ask, .arena = arena, .o = o};
    bool settled = o->f.steps || vg_filing_over(o->f.state); /* what a receiver may hold a part of is not made anew */
    int rc = vg_store_annex_of(store, o->f.id, arena, &m.annex, err);
    if (rc == -VG_ENOENT && (settled || o->dossier.destroyed)) return 0;
    if (rc == -VG_ENOENT || (!rc && !settled && !o->dossier.destroyed && m.annex.prepared_ms != o->f.prepared_ms)) {
        rc = make(&m, err);
        if (rc == -VG_ECONFLICT) rc = vg_store_annex_of(store, o->f.id, arena, &m.annex, err); /* somebody else made it meanwhile */
    }
    return rc ? rc : show(&m, err);
}
