/* SPDX-License-Identifier: BSD-3-Clause */
/* The hold, what is found under it, and the program's maps. */
#include "bpf/xdp_loader.h"

#include "bpf/xdp_rules.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { HOLD_RETRY_MS = 20 };

const struct steer_reason_row steer_reasons[STEER_REASON_COUNT] = {
#define STEER_REASON_ROW(id, reason_name, reason_help)                                             \
	[STEER_##id] = {.name = (reason_name), .help = (reason_help)},
	STEER_REASON_TABLE(STEER_REASON_ROW)
#undef STEER_REASON_ROW
};

struct xdp_loader {
	unsigned interface;
	int hold_fd;
	struct xdp_attachment attachment;
	struct xdp_rules rules;
};

/* "@leat/xdp/3"; a name whose first byte is 0 is in the abstract namespace of unix(7). */
static socklen_t
hold_address(unsigned interface, struct sockaddr_un *address)
{
	int length;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	length =
		snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "leat/xdp/%u", interface);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

/* A listening socket, because a connection to it tells who holds it. */
static int
hold_try(unsigned interface)
{
	struct sockaddr_un address;
	socklen_t length = hold_address(interface, &address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, length) == 0 && listen(fd, 8) == 0)
		return fd;
	error = -errno;
	(void)close(fd); /* nothing was sent */
	return error;
}

static int
hold_take(unsigned interface, unsigned wait_ms)
{
	int fd = hold_try(interface);

	for (unsigned waited_ms = 0; fd == -EADDRINUSE && waited_ms < wait_ms;
	     waited_ms += HOLD_RETRY_MS) {
		(void)poll(NULL, 0, HOLD_RETRY_MS); /* a pause; a signal only makes it shorter */
		fd = hold_try(interface);
	}
	return fd;
}

static int
holder_pid_find(unsigned interface)
{
	struct sockaddr_un address;
	struct ucred peer = {.pid = 0};
	socklen_t length = hold_address(interface, &address), size = sizeof(peer);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return 0;
	if (connect(fd, (const struct sockaddr *)&address, length) == 0)
		(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size); /* or 0 stays */
	(void)close(fd); /* nothing was sent */
	return peer.pid;
}

/* Under the hold: a program of leat's is a dead one's. 0, or a negative errno (-EBUSY: foreign). */
static int
interface_clear(unsigned interface, struct xdp_loader_report *report)
{
	int error = xdp_attachment_query(interface, &report->found);

	if (error != 0 || report->found.program_id == 0)
		return error;
	if (!report->found.is_steer)
		return -EBUSY;
	error = xdp_attachment_remove(interface, &report->found);
	report->stale_removed = error == 0;
	return error;
}

struct xdp_loader *
xdp_loader_create(unsigned interface, unsigned wait_ms, struct xdp_loader_report *report)
{
	struct xdp_loader *l = calloc(1, sizeof(*l));
	int error = -ENOMEM;

	memset(report, 0, sizeof(*report));
	if (l == NULL)
		goto fail;
	l->interface = interface;
	l->rules = (struct xdp_rules){.rules_fd = -1, .counters_fd = -1, .trie_fd = -1};
	l->hold_fd = hold_take(interface, wait_ms);
	if (l->hold_fd < 0) {
		error = l->hold_fd;
		if (error == -EADDRINUSE)
			report->holder_pid = holder_pid_find(interface);
		goto free_loader;
	}
	error = interface_clear(interface, report);
	if (error == 0)
		return l;
	(void)close(l->hold_fd); /* nobody connected to it for data */
free_loader:
	free(l);
fail:
	errno = -error;
	return NULL;
}

int
xdp_loader_find(struct xdp_loader *l)
{
	int error = xdp_attachment_query(l->interface, &l->attachment);

	if (error != 0)
		return error;
	if (!l->attachment.is_steer)
		return -ENOENT;
	xdp_rules_close(&l->rules);
	return xdp_rules_open(&l->rules, l->attachment.program_id);
}

const struct xdp_attachment *
xdp_loader_attachment(const struct xdp_loader *l)
{
	return &l->attachment;
}

int
xdp_loader_write(struct xdp_loader *l, const struct claims_table *table)
{
	return l->rules.rules_fd >= 0 ? xdp_rules_write(&l->rules, table) : -ENOENT;
}

int
xdp_loader_read(const struct xdp_loader *l, uint64_t counters[STEER_REASON_COUNT])
{
	return l->rules.counters_fd >= 0 ? xdp_rules_read(&l->rules, counters) : -ENOENT;
}

void
xdp_loader_destroy(struct xdp_loader *l)
{
	struct xdp_attachment now;

	if (l == NULL)
		return;
	xdp_rules_close(&l->rules);
	/* An interface that is gone has no program either; what failed here the next start does. */
	if (xdp_attachment_query(l->interface, &now) == 0 && now.is_steer)
		(void)xdp_attachment_remove(l->interface, &now);
	(void)close(l->hold_fd); /* nobody connected to it for data */
	free(l);
}
