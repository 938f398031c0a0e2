/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes a capture: nanosecond pcap, little-endian, Ethernet. */
#ifndef LEAT_FEEDGEN_PCAP_WRITER_H
#define LEAT_FEEDGEN_PCAP_WRITER_H

#include <stddef.h>
#include <stdint.h>

struct pcap_writer;

/* path "-" is stdout. NULL with errno set. */
struct pcap_writer *pcap_writer_open(const char *path);

/* time_ns counts from the epoch. 0 or a negative errno. */
int pcap_writer_write(
	struct pcap_writer *writer, uint64_t time_ns, const uint8_t *frame, size_t length
);

/* Writes what is left and frees the writer. 0 or a negative errno. */
int pcap_writer_close(struct pcap_writer *writer);

#endif
