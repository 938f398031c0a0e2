/* SPDX-License-Identifier: BSD-3-Clause */
/* One pass over each capture with libpcap. */
#include "app/capture.h"

#include "app/log.h"
#include "drivers-config/driver_config.h"

#include <rte_kvargs.h>

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <string.h>

struct inspection {
	const char *port;
	uint64_t packets; /* in all its captures */
	bool infinite;
};

static int
capture_read(const char *key, const char *file, void *context)
{
	struct inspection *inspection = context;
	char reason[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const unsigned char *bytes;
	uint64_t packets = 0;
	pcap_t *capture;
	int result;

	(void)key;
	capture = pcap_open_offline(file, reason);
	if (capture == NULL) {
		log_error("port %s: capture %s: %s", inspection->port, file, reason);
		return -EBADMSG;
	}
	while ((result = pcap_next_ex(capture, &header, &bytes)) == 1)
		packets++;
	if (result == PCAP_ERROR)
		log_warning(
			"port %s: capture %s breaks off after %" PRIu64
			" packets, which are used: %s",
			inspection->port,
			file,
			packets,
			pcap_geterr(capture)
		);
	if (pcap_datalink(capture) != DLT_EN10MB)
		log_warning(
			"port %s: capture %s has link type %s; its packets are read as Ethernet "
			"all the same",
			inspection->port,
			file,
			pcap_datalink_val_to_name(pcap_datalink(capture))
		);
	pcap_close(capture);
	inspection->packets += packets;
	return 0;
}

static int
infinite_read(const char *key, const char *value, void *context)
{
	struct inspection *inspection = context;

	(void)key;
	inspection->infinite = value != NULL && strcmp(value, "0") != 0;
	return 0;
}

int
capture_inspect(const char *port, const char *device, uint64_t *held_packets)
{
	struct inspection inspection = {.port = port};
	const char *options = strchr(device, ',');
	struct rte_kvargs *arguments;
	int error;

	*held_packets = 0;
	if (driver_config_guess(device)->kind != DRIVER_CAPTURE || options == NULL)
		return 0;
	arguments = rte_kvargs_parse(options + 1, NULL);
	if (arguments == NULL) {
		log_error(
			"port %s: device \"%s\": not of the form name,key=value,...", port, device
		);
		return -EINVAL;
	}
	error = rte_kvargs_process(arguments, "rx_pcap", capture_read, &inspection) < 0 ? -EBADMSG
											: 0;
	(void)rte_kvargs_process(
		arguments, "infinite_rx", infinite_read, &inspection
	); /* its handler cannot fail */
	rte_kvargs_free(arguments);
	if (error == 0 && inspection.infinite && inspection.packets == 0) {
		log_error("port %s: device \"%s\": there is no packet to repeat", port, device);
		error = -ENODATA;
	}
	if (inspection.infinite)
		*held_packets = inspection.packets;
	return error;
}
