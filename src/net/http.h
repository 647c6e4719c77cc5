/* SPDX-License-Identifier: Apache-2.0
 *
 * net/http: the only file that speaks to libmicrohttpd: its callbacks on one side, exchanges on the other.
 */
#ifndef VG_NET_HTTP_H
#define VG_NET_HTTP_H

#include "net/server_int.h"

/** Serves on server->listener. */
int vg_http_start(vg_server *server, vg_error *err);
/** Accepts no more connections. */
void vg_http_quiesce(vg_server *server);
/** Ends the epoll threads. Nothing may wait (server->waiting is 0). */
void vg_http_stop(vg_server *server);

#endif
