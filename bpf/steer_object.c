/* SPDX-License-Identifier: BSD-3-Clause */
/* A sealed memfd with the object in it. */
#include "bpf/steer_object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static int
bytes_write(int fd)
{
	const unsigned char *next = steer_object_bytes;

	while (next < steer_object_bytes_end) {
		ssize_t n = write(fd, next, (size_t)(steer_object_bytes_end - next));

		if (n < 0)
			return -errno;
		next += n;
	}
	return 0;
}

int
steer_object_open(char *path, size_t size)
{
	int fd = memfd_create("steer.bpf.o", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int error;

	if (fd < 0)
		return -errno;
	error = bytes_write(fd);
	if (error == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
		error = -errno;
	if (error == 0 && snprintf(path, size, "/proc/self/fd/%d", fd) >= (int)size)
		error = -ENAMETOOLONG;
	if (error == 0)
		return fd;
	(void)close(fd); /* memory only */
	return error;
}
