/* SPDX-License-Identifier: Apache-2.0
 *
 * net/loopback: for libcurl: plain http goes to this very machine or nowhere. Callers: webhook, oidc.
 */
#ifndef VG_NET_LOOPBACK_H
#define VG_NET_LOOPBACK_H

#include <curl/curl.h>

/** A CURLOPT_OPENSOCKETFUNCTION: whatever a name resolves to, only a loopback address gets a socket. */
curl_socket_t vg_open_loopback(void *context, curlsocktype purpose, struct curl_sockaddr *address);

#endif
