/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures behind net_pcap ports, looked at before the driver opens them: the driver says neither why it refuses a
 * file nor that one is cut short.
 */
#ifndef APP_CAPTURE_H
#define APP_CAPTURE_H

#include <stdint.h>

/*
 * Reads through the captures that a device string says to receive from; `port` is its name for messages. 0, or a negative errno after saying libpcap's reason: then
 * the port cannot be opened. A capture that ends in the middle of a packet is warned of and usable. `held_packets` is
 * how many mbufs the port will hold (infinite_rx keeps the whole capture in memory), else 0. Other devices: 0.
 */
int capture_inspect(const char *port, const char *device, uint64_t *held_packets);

#endif
