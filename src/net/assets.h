/* SPDX-License-Identifier: Apache-2.0
 *
 * net/assets: files that scripts/embed-assets.c put into the binary: the console and the API's description.
 *
 * `vg_assets` is made from the folder console/dist, or from src/net/placeholder when the console is not
 * built.
 */
#ifndef VG_NET_ASSETS_H
#define VG_NET_ASSETS_H

#include <stddef.h>

typedef struct vg_asset {
    const char *path; /* "/index.html"; sorted */
    const char *mime; /* "text/html; charset=utf-8" */
    const char *etag; /* with its quotes */
    const unsigned char *bytes;
    size_t len;
    const unsigned char *gzip; /* the same, compressed; NULL when there is none */
    size_t gzip_len;
} vg_asset;

extern const vg_asset vg_assets[];
extern const size_t vg_asset_count;

extern const vg_asset vg_form_assets[]; /* four: /report.css, /report.js, /transparency.css, /yearly.css */
extern const size_t vg_form_asset_count;

extern const vg_asset vg_openapi_assets[]; /* one: /openapi.yaml */
extern const size_t vg_openapi_asset_count;

extern const vg_asset vg_gold_made_assets[]; /* one: /made-up.json, the made-up items with a known answer */
extern const size_t vg_gold_made_asset_count;

#endif
