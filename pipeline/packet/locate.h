/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Find the headers of a packet and check their lengths against each other, without looking at checksums.
 *
 * Shared by `steer`, which only needs to know whose packet it is, and by `parse`, which verifies it too.
 */
#ifndef PIPELINE_PACKET_LOCATE_H
#define PIPELINE_PACKET_LOCATE_H

#include "pipeline/burst.h"
#include "pipeline/packet/headers.h"

/*
 * Fills `p` from the headers, with FATE_NONE or the first fault found as its fate; on a fault, fields of the layers
 * behind it are as `packet_clear` left them. Reads nothing outside the window.
 */
void packet_locate(struct headers *h, struct packet *p);

#endif
