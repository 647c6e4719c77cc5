/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dossier.h"

const char *const vg_party_role_names[VG_PARTY_ROLES] = {"author", "victim", "other"};
const char *const vg_id_kind_names[VG_IDS] = {"account", "display_name", "email", "phone", "ip", "url", "handle", "device", "payment"};

const vg_party *vg_dossier_party(const vg_dossier *d, vg_party_role role)
{
    for (size_t i = 0; i < d->party_count; i++)
        if (d->parties[i].role == role) return &d->parties[i];
    return NULL;
}

bool vg_dossier_span(const vg_dossier *d, int64_t *first_ms, int64_t *last_ms)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < d->message_count; i++) {
        if (d->messages[i].time_ms < first) first = d->messages[i].time_ms;
        if (d->messages[i].time_ms > last) last = d->messages[i].time_ms;
    }
    for (size_t i = 0; i < d->media_count; i++) {
        if (d->media[i].time_ms < first) first = d->media[i].time_ms;
        if (d->media[i].time_ms > last) last = d->media[i].time_ms;
    }
    if (first > last) return false;
    *first_ms = first;
    *last_ms = last;
    return true;
}

bool vg_dossier_viewed(const vg_dossier_media *media, int64_t before_ms)
{
    for (size_t i = 0; i < media->view_count; i++)
        if (media->views[i].whole && (!before_ms || media->views[i].time_ms < before_ms)) return true;
    return false;
}
