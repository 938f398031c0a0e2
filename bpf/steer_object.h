/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The compiled XDP program, carried inside leat, so that there is no file to install or to mistake.
 *
 * net_af_xdp wants a path: `xdp_prog=` gets "/proc/self/fd/N" of a file in memory.
 */
#ifndef BPF_STEER_OBJECT_H
#define BPF_STEER_OBJECT_H

#include <stddef.h>

/* From steer.bpf.o, by steer_object.S. */
extern const unsigned char steer_object_bytes[];
extern const unsigned char steer_object_bytes_end[];

/*
 * Writes the path of the object to `path`, which needs 32 bytes. Returns the descriptor that keeps the path good until
 * the caller closes it, or a negative errno.
 */
int steer_object_open(char *path, size_t size);

#endif
