/* SPDX-License-Identifier: BSD-3-Clause */
/* One socket for each group: the kernel limits the memberships of a socket, not the sockets. */
#include "app/multicast.h"

#include "app/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct membership {
	struct membership *next;
	unsigned interface; /* the kernel's index */
	uint8_t ip_version; /* 4 or 6 */
	uint8_t group[16]; /* network order; IPv4 in the first four bytes */
	uint8_t source[16]; /* likewise; of a source-specific membership (RFC 4607), else 0 */
	int socket;
};

static struct membership *memberships; /* main thread only */

static const uint8_t no_source[16];

static bool
row_is_multicast(const struct claims_row *row)
{
	/* 224.0.0.0/4 and ff00::/8. */
	return row->ip_version == 4
		       ? row->destination.address[0] >> 4 == 0xE && row->destination.length >= 4
		       : row->destination.address[0] == 0xFF && row->destination.length >= 8;
}

static bool
row_is_group(const struct claims_row *row)
{
	return row->action == STEER_CLAIM && row_is_multicast(row) &&
	       row->destination.length == (row->ip_version == 4 ? 32 : 128);
}

/* A row that names one source joins that source's channel (RFC 4607). */
static bool
row_names_source(const struct claims_row *row)
{
	return row->source.length == (row->ip_version == 4 ? 32 : 128);
}

static void
address_fill(struct sockaddr_storage *to, const struct claims_row *row, const uint8_t *address)
{
	*to = (struct sockaddr_storage){.ss_family = row->ip_version == 4 ? AF_INET : AF_INET6};
	if (row->ip_version == 4)
		memcpy(&((struct sockaddr_in *)to)->sin_addr, address, sizeof(struct in_addr));
	else
		memcpy(&((struct sockaddr_in6 *)to)->sin6_addr, address, sizeof(struct in6_addr));
}

static bool
membership_is(const struct membership *m, unsigned interface, const struct claims_row *row)
{
	return m->interface == interface && m->ip_version == row->ip_version &&
	       memcmp(m->group, row->destination.address, sizeof(m->group)) == 0 &&
	       memcmp(m->source,
		      row_names_source(row) ? row->source.address : no_source,
		      sizeof(m->source)) == 0;
}

static bool
group_is_joined(unsigned interface, const struct claims_row *row)
{
	for (const struct membership *m = memberships; m != NULL; m = m->next) {
		if (membership_is(m, interface, row))
			return true;
	}
	return false;
}

/* A descriptor, or a negative errno. */
static int
group_socket(unsigned interface, const struct claims_row *row)
{
	struct group_source_req request = {.gsr_interface = interface};
	struct group_req any = {.gr_interface = interface};
	int family = row->ip_version == 4 ? AF_INET : AF_INET6,
	    level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -errno;
	address_fill(&request.gsr_group, row, row->destination.address);
	address_fill(&request.gsr_source, row, row->source.address);
	any.gr_group = request.gsr_group;
	if (row_names_source(row))
		error = setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &request, sizeof(request));
	else
		error = setsockopt(fd, level, MCAST_JOIN_GROUP, &any, sizeof(any));
	if (error == 0)
		return fd;
	error = -errno;
	(void)close(fd); /* nothing was written */
	return error;
}

static int
group_join(const struct port *port, const struct claims_row *row)
{
	char text[INET6_ADDRSTRLEN] = "";
	struct membership *m = calloc(1, sizeof(*m));
	int fd = m != NULL ? group_socket(port->kernel_interface, row) : -ENOMEM;

	if (fd < 0) {
		(void)inet_ntop(
			row->ip_version == 4 ? AF_INET : AF_INET6,
			row->destination.address,
			text,
			sizeof(text)
		);
		log_error(
			"port %s: group %s cannot be joined on %s: %s",
			port->config->name,
			text,
			port->config->interface,
			strerror(-fd)
		);
		free(m);
		return fd;
	}
	*m = (struct membership
	){.next = memberships,
	  .interface = port->kernel_interface,
	  .ip_version = row->ip_version,
	  .socket = fd};
	memcpy(m->group, row->destination.address, sizeof(m->group));
	if (row_names_source(row))
		memcpy(m->source, row->source.address, sizeof(m->source));
	memberships = m;
	return 0;
}

int
multicast_join_claimed(const struct port *ports, const struct config *config)
{
	for (unsigned i = 0; i < config->n_claims; i++) {
		const struct claims_row *row = &config->claims[i].row;
		const struct port *port = &ports[config->claims[i].port];
		int error = 0;

		if (row_is_group(row) && !group_is_joined(port->kernel_interface, row))
			error = group_join(port, row);
		else if (row->action == STEER_CLAIM && row_is_multicast(row) && !row_is_group(row))
			log_warning(
				"port %s: a claim of a range of multicast groups joins none of "
				"them: claim the groups "
				"one by one, or let something else join them",
				port->config->name
			);
		if (error != 0)
			return error;
	}
	return 0;
}

static bool
membership_is_claimed(
	const struct membership *m, const struct port *ports, const struct config *config
)
{
	for (unsigned i = 0; config != NULL && i < config->n_claims; i++) {
		const struct config_claim *claim = &config->claims[i];

		if (row_is_group(&claim->row) &&
		    membership_is(m, ports[claim->port].kernel_interface, &claim->row))
			return true;
	}
	return false;
}

void
multicast_leave_unclaimed(const struct port *ports, const struct config *config)
{
	struct membership **link = &memberships;

	while (*link != NULL) {
		struct membership *m = *link;

		if (membership_is_claimed(m, ports, config)) {
			link = &m->next;
			continue;
		}
		*link = m->next;
		(void)close(m->socket); /* nothing was written */
		free(m);
	}
}
