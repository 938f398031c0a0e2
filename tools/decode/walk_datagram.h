/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP payloads, each for itself. */
#ifndef TOOLS_DECODE_WALK_DATAGRAM_H
#define TOOLS_DECODE_WALK_DATAGRAM_H

#include "tools/decode/walk.h"

void walk_datagram(struct walk *walk, const struct captured_packet *packet);

#endif
