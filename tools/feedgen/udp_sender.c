/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets that are due together go out by one sendmmsg(). There is one unconnected socket per
 * address family: so the lines stay in order, and the port unreachable messages of a receiver
 * that is not there do not come back as errors.
 */
#include "tools/feedgen/udp_sender.h"

#include "tools/feedgen/line.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define NS_PER_S UINT64_C(1000000000)

/*
 * A socket that is full for so long, in tries of a millisecond, is an error. The usual reason is a
 * unicast destination that answers neither ARP nor neighbour discovery: its packets stay queued.
 */
#define FULL_TRIES 1000

union address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

struct udp_sender {
	int fds[2]; /* by endpoint.is_ipv6; -1: not needed */
	union address addresses[LINES_MAX];
	socklen_t address_lengths[2];
	uint64_t start_time_ns; /* the first packet's time ... */
	uint64_t start_clock_ns; /* ... and when it left; 0: not yet */
	uint64_t clock_ns; /* last look at the clock */

	unsigned int count;
	int batch_fds[BATCH];
	struct mmsghdr headers[BATCH];
	struct iovec vectors[BATCH];
	uint8_t payloads[BATCH][LINE_MTU_MAX];
};

static uint64_t
clock_read_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void
clock_wait_until(uint64_t clock_ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(clock_ns / NS_PER_S),
		.tv_nsec = (long)(clock_ns % NS_PER_S),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		continue;
}

static void
address_fill(union address *address, const struct endpoint *endpoint, unsigned int interface)
{
	*address = (union address){0};
	if (endpoint->is_ipv6) {
		address->ipv6.sin6_family = AF_INET6;
		address->ipv6.sin6_port = htons(endpoint->port);
		address->ipv6.sin6_scope_id = interface;
		memcpy(&address->ipv6.sin6_addr, endpoint->address, 16);
	} else {
		address->ipv4.sin_family = AF_INET;
		address->ipv4.sin_port = htons(endpoint->port);
		memcpy(&address->ipv4.sin_addr, endpoint->address, 4);
	}
}

/* Multicast leaves by the interface and goes no further than its network: hop limit 1. */
static int
multicast_setup(int fd, bool is_ipv6, unsigned int interface)
{
	int index = (int)interface;
	struct ip_mreqn request = {.imr_ifindex = index};
	int hops = 1;

	if (is_ipv6) {
		if (setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index)) != 0)
			return -1;
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops));
	}
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof(request)) != 0)
		return -1;
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof(hops));
}

/* What failed, with errno set, or NULL. */
static const char *
socket_setup(int fd, bool is_ipv6, const struct udp_sender_settings *settings, unsigned int interface)
{
	const struct endpoint *source = settings->sources[is_ipv6];
	socklen_t name_length = (socklen_t)strlen(settings->interface);
	union address address;

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, settings->interface, name_length) != 0)
		return "cannot use the interface";
	if (multicast_setup(fd, is_ipv6, interface) != 0)
		return "cannot send multicast from the interface";
	if (source == NULL)
		return NULL;
	address_fill(&address, source, interface);
	if (bind(fd, &address.any, is_ipv6 ? sizeof(address.ipv6) : sizeof(address.ipv4)) != 0)
		return "cannot use the source address";
	return NULL;
}

static const char *
sockets_open(struct udp_sender *sender, const struct udp_sender_settings *settings)
{
	unsigned int interface = if_nametoindex(settings->interface);
	const char *failed = NULL;

	if (interface == 0)
		return "no such interface";
	for (size_t i = 0; failed == NULL && i < settings->destination_count; i++) {
		const struct endpoint *destination = &settings->destinations[i];
		bool is_ipv6 = destination->is_ipv6;

		address_fill(&sender->addresses[i], destination, interface);
		if (sender->fds[is_ipv6] >= 0)
			continue;
		sender->fds[is_ipv6] =
			socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (sender->fds[is_ipv6] < 0)
			return "cannot open a socket";
		failed = socket_setup(sender->fds[is_ipv6], is_ipv6, settings, interface);
	}
	return failed;
}

static void
sender_free(struct udp_sender *sender)
{
	for (int i = 0; i < 2; i++) {
		if (sender->fds[i] >= 0)
			(void)close(sender->fds[i]); /* nothing is buffered in it */
	}
	free(sender);
}

struct udp_sender *
udp_sender_open(const struct udp_sender_settings *settings, const char **failed)
{
	struct udp_sender *sender = calloc(1, sizeof(*sender));

	*failed = "cannot start";
	if (sender == NULL)
		return NULL;
	sender->fds[0] = -1;
	sender->fds[1] = -1;
	sender->address_lengths[false] = sizeof(struct sockaddr_in);
	sender->address_lengths[true] = sizeof(struct sockaddr_in6);
	*failed = sockets_open(sender, settings);
	if (*failed != NULL) {
		int saved_errno = errno;

		sender_free(sender);
		errno = saved_errno;
		return NULL;
	}
	/* By default a sleep may last 50 us longer. Without it the pace is only less smooth. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	return sender;
}

/* Sends part of the batch; the number of packets sent, or a negative errno. */
static int
batch_send(struct udp_sender *sender, unsigned int from, unsigned int count)
{
	struct pollfd poll_fd = {.fd = sender->batch_fds[from], .events = POLLOUT};

	for (int i = 0; i < FULL_TRIES; i++) {
		int n = sendmmsg(poll_fd.fd, &sender->headers[from], count, MSG_DONTWAIT);

		if (n >= 0)
			return n;
		if (errno == EAGAIN)
			(void)poll(&poll_fd, 1, 1); /* whatever it says, the next try tells */
		else if (errno == ENOBUFS)
			(void)poll(NULL, 0, 1); /* the device's queue, which is no file */
		else if (errno != EINTR)
			return -errno;
	}
	return -ETIMEDOUT;
}

static int
sender_flush(struct udp_sender *sender)
{
	unsigned int count = sender->count;
	unsigned int at = 0;

	sender->count = 0; /* after a failure too: closing does not fail once more */
	while (at < count) {
		unsigned int end = at + 1;
		int n;

		while (end < count && sender->batch_fds[end] == sender->batch_fds[at])
			end++;
		n = batch_send(sender, at, end - at);
		if (n < 0)
			return n;
		at += (unsigned int)n;
	}
	return 0;
}

static void
batch_add(struct udp_sender *sender, size_t destination, const uint8_t *payload, size_t length)
{
	unsigned int i = sender->count++;
	union address *address = &sender->addresses[destination];
	bool is_ipv6 = address->any.sa_family == AF_INET6;

	memcpy(sender->payloads[i], payload, length);
	sender->vectors[i] = (struct iovec){sender->payloads[i], length};
	sender->headers[i].msg_hdr = (struct msghdr){
		.msg_name = address,
		.msg_namelen = sender->address_lengths[is_ipv6],
		.msg_iov = &sender->vectors[i],
		.msg_iovlen = 1,
	};
	sender->batch_fds[i] = sender->fds[is_ipv6];
}

/* Looks at the clock only when the last look does not show that the time has come. */
static int
sender_wait(struct udp_sender *sender, uint64_t due_ns)
{
	int rc;

	if (due_ns <= sender->clock_ns)
		return 0;
	sender->clock_ns = clock_read_ns();
	if (due_ns <= sender->clock_ns)
		return 0;
	rc = sender_flush(sender);
	if (rc == 0)
		clock_wait_until(due_ns);
	return rc;
}

int
udp_sender_send(
	struct udp_sender *sender,
	uint64_t time_ns,
	size_t destination,
	const uint8_t *payload,
	size_t length
)
{
	int rc;

	if (sender->start_clock_ns == 0) {
		sender->start_clock_ns = clock_read_ns();
		sender->start_time_ns = time_ns;
	}
	rc = sender_wait(sender, sender->start_clock_ns + (time_ns - sender->start_time_ns));
	if (rc == 0 && sender->count == BATCH)
		rc = sender_flush(sender);
	if (rc == 0)
		batch_add(sender, destination, payload, length);
	return rc;
}

int
udp_sender_close(struct udp_sender *sender)
{
	int rc = sender_flush(sender);

	sender_free(sender);
	return rc;
}
