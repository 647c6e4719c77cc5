/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker puts on before it reads the first byte of somebody's file, and cannot take off.
 *
 * In this order: every descriptor but standard ones and one socket closed; namespaces of its own (user, network, mount with
 * an empty root, IPC, UTS) where the kernel grants them, they are a bonus; root's identity given up; resource limits;
 * no_new_privs; not dumpable; a list of allowed system calls (seccomp). Open, create and look-up of files are answered with
 * EACCES, because libraries probe; everything else that is not on the list ends the process.
 *
 * Built with AddressSanitizer the address space is not limited (its shadow memory takes terabytes); the list is the same. The
 * release build's tests hold the whole of it.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_SANDBOX_INT_H
#define VG_SIGNALS_MEDIA_DECODE_SANDBOX_INT_H

#include <stdint.h>
#include "base/error.h"

#if defined(__SANITIZE_ADDRESS__)
#define VG_SANDBOX_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VG_SANDBOX_ASAN 1
#endif
#endif
#ifndef VG_SANDBOX_ASAN
#define VG_SANDBOX_ASAN 0
#endif

/** Enters the sandbox; single-threaded, and whatever needs a file has been done. `socket` stays usable. VG_EIO. */
int vg_sandbox_enter(int socket, vg_error *err);
/** Address space that this process has now, bytes; call before entering. */
uint64_t vg_sandbox_address_space(void);
/** From now on at most `address_space` bytes, and `cpu_seconds` (rounded up by at most one) more of processor time. Soft
 *  limits: past the second the process ends by SIGXCPU. */
int vg_sandbox_limit(uint64_t address_space, uint32_t cpu_seconds, vg_error *err);

#endif
