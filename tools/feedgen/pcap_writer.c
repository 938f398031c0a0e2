/* SPDX-License-Identifier: BSD-3-Clause */
/* File format: draft-ietf-opsawg-pcap, sections 4 and 5. One large buffer instead of stdio's. */
#include "tools/feedgen/pcap_writer.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC_NANOSECONDS 0xa1b23c4dU
#define LINK_TYPE_ETHERNET 1U
#define SNAP_LENGTH 65535U
#define NS_PER_S UINT64_C(1000000000)

#define RECORD_HEADER_LENGTH 16
#define BUFFER_LENGTH ((size_t)1 << 18) /* fits in a level 2 cache */

struct pcap_writer {
	int fd;
	size_t used;
	uint8_t buffer[BUFFER_LENGTH];
};

static int
writer_flush(struct pcap_writer *writer)
{
	size_t at = 0;

	while (at < writer->used) {
		ssize_t n = write(writer->fd, writer->buffer + at, writer->used - at);

		if (n < 0 && errno != EINTR) {
			writer->used = 0; /* closing does not fail once more */
			return -errno;
		}
		if (n > 0)
			at += (size_t)n;
	}
	writer->used = 0;
	return 0;
}

static void
writer_put_u32(struct pcap_writer *writer, uint32_t value)
{
	uint32_t value_le = htole32(value);

	memcpy(writer->buffer + writer->used, &value_le, sizeof(value_le));
	writer->used += sizeof(value_le);
}

static void
file_header_write(struct pcap_writer *writer)
{
	writer_put_u32(writer, MAGIC_NANOSECONDS);
	writer_put_u32(writer, 2 | 4U << 16); /* version 2.4, two 16-bit numbers */
	writer_put_u32(writer, 0); /* time zone and accuracy: always 0 */
	writer_put_u32(writer, 0);
	writer_put_u32(writer, SNAP_LENGTH);
	writer_put_u32(writer, LINK_TYPE_ETHERNET);
}

struct pcap_writer *
pcap_writer_open(const char *path)
{
	struct pcap_writer *writer = malloc(sizeof(*writer));

	if (writer == NULL)
		return NULL;
	writer->used = 0;
	if (strcmp(path, "-") == 0)
		writer->fd = STDOUT_FILENO;
	else
		writer->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (writer->fd < 0) {
		int saved_errno = errno;

		free(writer);
		errno = saved_errno;
		return NULL;
	}
	file_header_write(writer);
	return writer;
}

int
pcap_writer_write(struct pcap_writer *writer, uint64_t time_ns, const uint8_t *frame, size_t length)
{
	int rc = 0;

	if (writer->used + RECORD_HEADER_LENGTH + length > BUFFER_LENGTH)
		rc = writer_flush(writer);
	if (rc != 0)
		return rc;
	writer_put_u32(writer, (uint32_t)(time_ns / NS_PER_S));
	writer_put_u32(writer, (uint32_t)(time_ns % NS_PER_S));
	writer_put_u32(writer, (uint32_t)length);
	writer_put_u32(writer, (uint32_t)length);
	memcpy(writer->buffer + writer->used, frame, length);
	writer->used += length;
	return 0;
}

int
pcap_writer_close(struct pcap_writer *writer)
{
	int rc = writer_flush(writer);

	/* A full disk may show only now. */
	if (close(writer->fd) != 0 && rc == 0)
		rc = -errno;
	free(writer);
	return rc;
}
