/* SPDX-License-Identifier: Apache-2.0 */
#include "report/route/geo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <maxminddb.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"

struct vg_geo {
    MMDB_s db;
};

/* Whether the tree of nodes lies in the file. Up to 1.7 the library reckons its size in 32 bits: a damaged count of nodes overflows there, passes, and a search
 * then reads beyond the file. Two records a node, and 16 bytes of zeros between tree and data. */
static bool tree_fits(const MMDB_s *db)
{
    uint64_t bits = db->metadata.record_size;
    if (bits != 24 && bits != 28 && bits != 32) return false;
    return (uint64_t)db->metadata.node_count * (bits / 4) + 16 <= (uint64_t)db->file_size;
}

int vg_geo_open(vg_geo **out, const char *path, vg_error *err)
{
    struct stat st;
    *out = NULL;
    if (stat(path, &st) != 0) return vg_fail(err, errno == ENOENT ? VG_ENOENT : VG_EIO, path, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(st.st_mode)) return vg_fail(err, VG_EINVAL, path, "is no file");
    if (st.st_size > VG_GEO_FILE_MOST) return vg_fail(err, VG_ETOOBIG, path, "is over %d MiB", VG_GEO_FILE_MOST >> 20);
    vg_geo *geo = vg_calloc(1, sizeof *geo);
    if (!geo) return vg_fail(err, VG_ENOMEM, path, "no memory for a geo file");
    int rc = MMDB_open(path, MMDB_MODE_MMAP, &geo->db);
    if (rc == MMDB_SUCCESS) {
        if (tree_fits(&geo->db)) {
            *out = geo;
            return 0;
        }
        MMDB_close(&geo->db);
        rc = MMDB_CORRUPT_SEARCH_TREE_ERROR;
    }
    vg_free(geo);
    if (rc == MMDB_OUT_OF_MEMORY_ERROR) return vg_fail(err, VG_ENOMEM, path, "no memory for a geo file");
    return vg_fail(err, VG_EINVAL, path, "is no MaxMind-format file, or damaged: %s", MMDB_strerror(rc));
}

void vg_geo_close(vg_geo **geo)
{
    if (!*geo) return;
    MMDB_close(&(*geo)->db);
    vg_free(*geo);
    *geo = NULL;
}

int64_t vg_geo_built_ms(const vg_geo *geo)
{
    uint64_t seconds = geo->db.metadata.build_epoch;
    return seconds < INT64_MAX / 1000 / 1000 ? (int64_t)seconds * 1000 : 0;
}

/* Numbers only: getaddrinfo would ask the network for a name. */
static bool parse_address(vg_str address, struct sockaddr_storage *out)
{
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    memset(out, 0, sizeof *out);
    if (!address.len || address.len >= sizeof text || memchr(address.ptr, 0, address.len)) return false;
    memcpy(text, address.ptr, address.len);
    text[address.len] = 0;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        return true;
    }
    return false;
}

/* A yes at one of these places says so; a file that has none of them says nothing. */
static bool is_anonymous(MMDB_entry_s *entry)
{
    static const char *const members[] = {"is_anonymous", "is_anonymous_proxy", "is_anonymous_vpn", "is_public_proxy", "is_tor_exit_node"};
    MMDB_entry_data_s data;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *const nested[] = {"traits", members[i], NULL}, *const flat[] = {members[i], NULL};
        if (MMDB_aget_value(entry, &data, nested) == MMDB_SUCCESS && data.has_data && data.type == MMDB_DATA_TYPE_BOOLEAN && data.boolean) return true;
        if (MMDB_aget_value(entry, &data, flat) == MMDB_SUCCESS && data.has_data && data.type == MMDB_DATA_TYPE_BOOLEAN && data.boolean) return true;
    }
    return false;
}

bool vg_geo_find(const vg_geo *geo, vg_str address, vg_geo_place *out)
{
    static const char *const path[] = {"country", "iso_code", NULL};
    struct sockaddr_storage where;
    MMDB_entry_data_s data;
    int rc = MMDB_SUCCESS;
    *out = (vg_geo_place){.country = ""};
    if (!parse_address(address, &where)) return false;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&geo->db, (const struct sockaddr *)&where, &rc);
    if (rc != MMDB_SUCCESS || !found.found_entry) return false;
    if (MMDB_aget_value(&found.entry, &data, path) != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size != 2)
        return false;
    for (size_t i = 0; i < 2; i++)
        if (data.utf8_string[i] < 'A' || data.utf8_string[i] > 'Z') return false;
    memcpy(out->country, data.utf8_string, 2);
    out->anonymous = is_anonymous(&found.entry);
    return true;
}
