/* SPDX-License-Identifier: BSD-3-Clause */
/* libpcap. (A file of its own: <pcap/pcap.h> and <linux/bpf.h> define the same names.) */
#include "app/explain_capture.h"

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct explain_capture {
	pcap_t *pcap;
	const char *file;
	unsigned long packets;
};

/* Of libpcap's reasons some begin with the file's name. */
static void
reason_say(const char *file, const char *reason)
{
	bool is_named = strncmp(reason, file, strlen(file)) == 0;

	fprintf(stderr,
		"leat: --explain: %s%s%s\n",
		is_named ? "" : file,
		is_named ? "" : ": ",
		reason);
}

static pcap_t *
pcap_start(const char *file)
{
	char reason[PCAP_ERRBUF_SIZE];
	pcap_t *pcap =
		pcap_open_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);

	if (pcap == NULL) {
		reason_say(file, reason);
		return NULL;
	}
	if (pcap_datalink(pcap) == DLT_EN10MB)
		return pcap;
	fprintf(stderr,
		"leat: --explain: %s: link type %d: only Ethernet is read\n",
		file,
		pcap_datalink(pcap));
	pcap_close(pcap);
	return NULL;
}

struct explain_capture *
explain_capture_open(const char *file)
{
	struct explain_capture *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		fprintf(stderr, "leat: --explain: out of memory\n");
		return NULL;
	}
	c->file = file;
	c->pcap = pcap_start(file);
	if (c->pcap != NULL)
		return c;
	free(c);
	return NULL;
}

int
explain_capture_next(struct explain_capture *c, struct explain_record *record)
{
	struct pcap_pkthdr *header;
	int rc = pcap_next_ex(c->pcap, &header, &record->bytes);

	if (rc == PCAP_ERROR_BREAK) /* so libpcap calls the end of a file */
		return 0;
	if (rc != 1) {
		fprintf(stderr,
			"leat: --explain: %s: after packet %lu: %s\n",
			c->file,
			c->packets,
			pcap_geterr(c->pcap));
		return -1;
	}
	c->packets++;
	record->n_bytes = header->caplen;
	/* With nanosecond precision libpcap has nanoseconds in tv_usec. */
	record->time_ns =
		(uint64_t)header->ts.tv_sec * UINT64_C(1000000000) + (uint64_t)header->ts.tv_usec;
	return 1;
}

void
explain_capture_close(struct explain_capture *c)
{
	pcap_close(c->pcap);
	free(c);
}
