/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a small file in MaxMind's format (MaxMind DB File Format Specification 2.0): a search tree of 24-bit records over IPv6 addresses, in which
 * IPv4 lies at ::/96, and one map for each network. For tests alone.
 */
#ifndef VG_TESTS_REPORT_MMDB_H
#define VG_TESTS_REPORT_MMDB_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MMDB_NODES = 4096, MMDB_BYTES = 1 << 16 };

typedef struct made_mmdb {
    uint32_t node[MMDB_NODES][2]; /* 0: nothing; below MMDB_NODES: a node; above: MMDB_NODES + the offset of its data, plus one */
    uint32_t nodes, said; /* said: the count that the file claims instead; 0: the true one */
    uint8_t data[4096];
    size_t data_len;
    uint8_t file[MMDB_BYTES];
    size_t len;
} made_mmdb;

static void mmdb_text(uint8_t *out, size_t *len, const char *s)
{
    size_t n = strlen(s); /* under 29 */
    out[(*len)++] = (uint8_t)(2u << 5 | n);
    memcpy(out + *len, s, n);
    *len += n;
}

static void mmdb_number(uint8_t *out, size_t *len, unsigned type, uint64_t value, size_t bytes)
{
    if (type < 8) out[(*len)++] = (uint8_t)(type << 5 | bytes);
    else {
        out[(*len)++] = (uint8_t)bytes;
        out[(*len)++] = (uint8_t)(type - 7);
    }
    for (size_t i = bytes; i-- > 0;) out[(*len)++] = (uint8_t)(value >> (8 * i));
}

static void mmdb_map(uint8_t *out, size_t *len, unsigned pairs) { out[(*len)++] = (uint8_t)(7u << 5 | pairs); }

static __attribute__((unused)) void mmdb_begin(made_mmdb *m) { *m = (made_mmdb){.nodes = 1}; }

/* "203.0.113.0", 24: the network is of this country; `anonymous`: a proxy. */
static __attribute__((unused)) void mmdb_add(made_mmdb *m, const char *network, unsigned prefix, const char *country, int anonymous)
{
    uint8_t address[16] = {0};
    uint32_t at = 0, offset = (uint32_t)m->data_len;
    if (inet_pton(AF_INET, network, address + 12) == 1) prefix += 96;
    else {
        memset(address, 0, sizeof address);
        inet_pton(AF_INET6, network, address);
    }
    mmdb_map(m->data, &m->data_len, anonymous ? 2 : 1);
    mmdb_text(m->data, &m->data_len, "country");
    mmdb_map(m->data, &m->data_len, 1);
    mmdb_text(m->data, &m->data_len, "iso_code");
    mmdb_text(m->data, &m->data_len, country);
    if (anonymous) {
        mmdb_text(m->data, &m->data_len, "traits");
        mmdb_map(m->data, &m->data_len, 1);
        mmdb_text(m->data, &m->data_len, "is_anonymous_proxy");
        m->data[m->data_len++] = 1; /* a boolean's size is its value */
        m->data[m->data_len++] = 14 - 7;
    }
    for (unsigned bit = 0; bit < prefix; bit++) {
        unsigned side = address[bit / 8] >> (7 - bit % 8) & 1;
        uint32_t *next = &m->node[at][side];
        if (bit + 1 == prefix) *next = MMDB_NODES + 1 + offset;
        else {
            if (!*next) *next = m->nodes++;
            at = *next;
        }
    }
}

static __attribute__((unused)) void mmdb_end(made_mmdb *m)
{
    uint8_t *f = m->file;
    for (uint32_t i = 0; i < m->nodes; i++)
        for (int side = 0; side < 2; side++) {
            uint32_t to = m->node[i][side];
            uint32_t record = to > MMDB_NODES ? m->nodes + 16 + (to - MMDB_NODES - 1) : to ? to : m->nodes;
            for (int byte = 2; byte >= 0; byte--) f[m->len++] = (uint8_t)(record >> (8 * byte));
        }
    m->len += 16; /* of zeros */
    memcpy(f + m->len, m->data, m->data_len);
    m->len += m->data_len;
    memcpy(f + m->len, "\xab\xcd\xefMaxMind.com", 14);
    m->len += 14;
    mmdb_map(f, &m->len, 9);
    mmdb_text(f, &m->len, "binary_format_major_version"), mmdb_number(f, &m->len, 5, 2, 2);
    mmdb_text(f, &m->len, "binary_format_minor_version"), mmdb_number(f, &m->len, 5, 0, 2);
    mmdb_text(f, &m->len, "build_epoch"), mmdb_number(f, &m->len, 9, 1767225600, 8);
    mmdb_text(f, &m->len, "database_type"), mmdb_text(f, &m->len, "Test-Country");
    mmdb_text(f, &m->len, "ip_version"), mmdb_number(f, &m->len, 5, 6, 2);
    mmdb_text(f, &m->len, "node_count"), mmdb_number(f, &m->len, 6, m->said ? m->said : m->nodes, 4);
    mmdb_text(f, &m->len, "record_size"), mmdb_number(f, &m->len, 5, 24, 2);
    mmdb_text(f, &m->len, "description"), mmdb_map(f, &m->len, 0);
    mmdb_text(f, &m->len, "languages");
    f[m->len++] = 0; /* an empty array */
    f[m->len++] = 11 - 7;
}

static __attribute__((unused)) int mmdb_write(const made_mmdb *m, const char *path)
{
    FILE *out = fopen(path, "wb");
    int good = out && fwrite(m->file, 1, m->len, out) == m->len;
    if (out) fclose(out);
    return good;
}

#endif
