/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The config as leat uses it: plain values, references resolved to indices, everything checked. Immutable once loaded.
 *
 * What needs a device (does it exist, how many queues has it) is checked when ports are opened.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/config_services.h"
#include "app/config_tenants.h"
#include "bpf/claims.h"
#include "pipeline/burst.h"
#include "pipeline/decode/decoder.h"

#include <rte_config.h>

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	CONFIG_NAME_BYTES = 32,
	CONFIG_DEVICE_BYTES = 1024,
	CONFIG_PORTS_MAX = RTE_MAX_ETHPORTS,
	CONFIG_FEEDS_MAX = 256,
	CONFIG_LINES_MAX = 8, /* of a feed */
	CONFIG_QUEUES_MAX = 64,
	CONFIG_NO_PORT = 0xFFFF,
	CONFIG_RING_SIZE = 1024, /* packets, where the config names none */
};

/* May a port be received from faster than its packets are worked off? */
enum config_pace {
	PACE_DRIVER, /* as the driver's row says */
	PACE_NONE, /* yes: what does not fit is dropped and counted */
	PACE_WAIT, /* no: receive only when every ring has room. For sources without a clock */
	PACE_RATE, /* as PACE_WAIT, and at most so many packets a second */
};

struct config_port {
	char name[CONFIG_NAME_BYTES];
	unsigned line; /* of the file */
	char device[CONFIG_DEVICE_BYTES]; /* a PCI address or a DPDK device string */
	char interface[IF_NAMESIZE]; /* of an `af_xdp` port, whose device string follows from it; "" for others */
	/*
	 * A port with claims that is no af_xdp port has a kernel interface of leat's making, which is a port too: each has the
	 * other's index here. CONFIG_NO_PORT for all others.
	 */
	uint16_t kernel_port;
	bool is_kernel_side; /* it is that interface */
	char interface_made[IF_NAMESIZE]; /* its name; "" for other ports */
	uint64_t rx_queues; /* at least 1 */
	uint64_t af_xdp_queues; /* the same, where the config says it so; else 0 */
	uint64_t rx_descriptors; /* 0: as the driver's row says */
	uint64_t tx_descriptors; /* likewise */
	uint64_t mtu; /* bytes; 0: leave it */
	bool promiscuous;
	bool promiscuous_set; /* else: as the driver's row says */
	enum config_pace pace;
	uint64_t pace_pps; /* PACE_RATE */
};

struct config_lcores {
	unsigned ids[RTE_MAX_LCORE];
	unsigned n;
};

struct config_pair {
	uint16_t ports[2]; /* indices of config.ports */
};

struct config_line {
	char name[CONFIG_NAME_BYTES];
	uint16_t port; /* index of config.ports */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	union packet_address group; /* network order */
	uint16_t dst_port; /* host order */
};

struct config_feed {
	char name[CONFIG_NAME_BYTES];
	const struct decoder *decoder;
	struct config_line lines[CONFIG_LINES_MAX];
	unsigned n_lines;
};

/* A row of `claims` or `deny`. */
struct config_claim {
	struct claims_row row;
	uint16_t port; /* index of config.ports */
	bool allow_management; /* the row may cover what keeps the host reachable */
};

struct config {
	struct config_port ports[CONFIG_PORTS_MAX];
	unsigned n_ports;
	struct config_lcores rx, work, tx; /* all empty: the config has none */
	uint64_t ring_size; /* packets */
	struct config_pair pairs[CONFIG_PORTS_MAX / 2];
	unsigned n_pairs;
	struct config_feed *feeds;
	unsigned n_feeds;
	struct config_services services;
	struct config_claim *claims; /* claims and denies */
	unsigned n_claims;
	struct config_tenants
		tenants; /* n is 0: there is no section, packets are forwarded without */
	struct config_flows flows;
	char *text; /* the file as it was read; NULL: there is none */
	uint64_t mbufs; /* of each NUMA socket's pool; 0: as many as the plan needs */
};

/*
 * NULL when the file is wrong in any way: then the reasons have been written to `messages`, a line each. Else what has
 * been written there are warnings.
 */
struct config *config_load(const char *file, FILE *messages);

/* A config without a file: no ports yet, one lcore. NULL without memory. */
struct config *config_default(void);

/* NULL is allowed. */
void config_free(struct config *config);

#endif
