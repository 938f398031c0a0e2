/* SPDX-License-Identifier: BSD-3-Clause */
/* Bits of a TCP header's flags: RFC 9293, section 3.1. */
#ifndef PIPELINE_PACKET_TCP_FLAG_H
#define PIPELINE_PACKET_TCP_FLAG_H

enum tcp_flag {
	TCP_FIN = 1 << 0,
	TCP_SYN = 1 << 1,
	TCP_RST = 1 << 2,
	TCP_PSH = 1 << 3,
	TCP_ACK = 1 << 4,
};

#endif
