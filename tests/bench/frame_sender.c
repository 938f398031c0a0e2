/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sends one frame over and over out of an interface for a time, as fast as a packet socket can, and prints how many the
 * kernel took: the source of tests/bench/af_xdp.py.
 *
 *	bench-frame-sender INTERFACE SECONDS FRAME-FILE
 *
 * Only for interfaces in a namespace made for the purpose.
 */
#include <linux/if_packet.h>

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	AT_ONCE = 64, /* frames in one system call */
	FRAME_BYTES_MAX = 2048,
};

static double
now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int
socket_open(const char *interface)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) != 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		perror(interface);
		return -1;
	}
	return fd;
}

static size_t
frame_read(const char *file, unsigned char *frame)
{
	FILE *input = fopen(file, "rb");
	size_t length = input != NULL ? fread(frame, 1, FRAME_BYTES_MAX, input) : 0;

	if (input != NULL)
		(void)fclose(input); /* only read from */
	return length;
}

int
main(int argc, char **argv)
{
	static unsigned char frame[FRAME_BYTES_MAX];
	struct mmsghdr messages[AT_ONCE] = {0};
	struct iovec part = {.iov_base = frame};
	unsigned long sent = 0;
	double end;
	int fd;

	if (argc != 4)
		return 2;
	part.iov_len = frame_read(argv[3], frame);
	fd = socket_open(argv[1]);
	if (fd < 0 || part.iov_len == 0)
		return 1;
	for (unsigned i = 0; i < AT_ONCE; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
	end = now_s() + atof(argv[2]);
	while (now_s() < end) {
		int taken = sendmmsg(fd, messages, AT_ONCE, 0);

		sent += taken > 0 ? (unsigned)taken : 0;
	}
	printf("%lu\n", sent);
	return 0;
}
