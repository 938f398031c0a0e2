/* SPDX-License-Identifier: BSD-3-Clause */
/* libpcap reads the file; the stage `parse` reads the headers, through an mbuf that borrows the frame's bytes. */
#include "tools/decode/capture.h"

#include "pipeline/packet/frame_mbuf.h"
#include "pipeline/stages/parse.h"

#include <rte_ip.h>

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct capture {
	pcap_t *pcap;
	const char *path;
	uint64_t packets;
};

/* What the sender left to its NIC is captured on the sending host as 0. */
static bool
ip_checksum_unfinished(const uint8_t *bytes, const struct packet *headers)
{
	const struct rte_ipv4_hdr *ip = (const void *)(bytes + headers->l3_offset);

	return headers->fate == FATE_IP_BAD_CHECKSUM && ip->hdr_checksum == 0;
}

static void
headers_parse(const uint8_t *bytes, uint32_t n_bytes, struct packet *headers)
{
	struct rte_mbuf segments[2];

	frame_mbuf_make(segments, bytes, n_bytes);
	packet_parse(&segments[0], headers);
	if (!ip_checksum_unfinished(bytes, headers))
		return;
	/* No network delivers such a packet, so leat drops it; in a capture the NIC's word is all that is missing. */
	segments[0].ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD;
	packet_parse(&segments[0], headers);
}

static FILE *
file_open(const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");

	if (file == NULL)
		fprintf(stderr, "leat-decode: %s: %s\n", path, strerror(errno));
	return file;
}

static int
link_type_check(pcap_t *pcap, const char *path)
{
	int link_type = pcap_datalink(pcap);
	const char *name = pcap_datalink_val_to_name(link_type);

	if (link_type == DLT_EN10MB)
		return 0;
	fprintf(stderr,
		"leat-decode: %s: link type %s (%d): only Ethernet (EN10MB) is read\n",
		path,
		name != NULL ? name : "unknown",
		link_type);
	return -ENOTSUP;
}

/* Takes the file: libpcap closes it on pcap_close, we where there is none. */
static pcap_t *
pcap_start(FILE *file, const char *path)
{
	char reason[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_fopen_offline(file, reason);

	if (pcap == NULL) {
		fprintf(stderr, "leat-decode: %s: %s\n", path, reason);
		(void)fclose(file); /* nothing was written to it */
		return NULL;
	}
	if (link_type_check(pcap, path) != 0) {
		pcap_close(pcap);
		return NULL;
	}
	return pcap;
}

struct capture *
capture_open(const char *path)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	FILE *file;

	if (capture == NULL) {
		fprintf(stderr, "leat-decode: %s\n", strerror(ENOMEM));
		return NULL;
	}
	capture->path = path;
	file = file_open(path);
	if (file == NULL)
		goto free_capture;
	capture->pcap = pcap_start(file, path);
	if (capture->pcap == NULL)
		goto free_capture;
	return capture;

free_capture:
	free(capture);
	return NULL;
}

int
capture_next(struct capture *capture, struct captured_packet *packet)
{
	struct pcap_pkthdr *record;
	int rc = pcap_next_ex(capture->pcap, &record, &packet->bytes);

	if (rc == PCAP_ERROR_BREAK) /* so libpcap calls the end of a file */
		return 0;
	if (rc != 1)
		return -1;
	packet->number = ++capture->packets;
	packet->time_ns =
		(uint64_t)record->ts.tv_sec * 1000000000 + (uint64_t)record->ts.tv_usec * 1000;
	headers_parse(packet->bytes, record->caplen, &packet->headers);
	return 1;
}

void
capture_complain(const struct capture *capture)
{
	fprintf(stderr,
		"leat-decode: %s: after packet %llu: %s\n",
		capture->path,
		(unsigned long long)capture->packets,
		pcap_geterr(capture->pcap));
}

void
capture_close(struct capture *capture)
{
	pcap_close(capture->pcap);
	free(capture);
}
