/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a config: both YAML readers agree on them, and what is no config is told why, line by line. */
#include "app/config.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/app/yaml_both.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file in memory with these bytes; its name goes to `file`. */
static int
file_make(const uint8_t *data, size_t size, char *file, size_t room)
{
	int fd = memfd_create("config", 0);

	expect(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no file in memory");
	(void)snprintf(file, room, "/proc/self/fd/%d", fd);
	return fd;
}

/* `file:line: reason` on each line. */
static void
messages_check(const char *said, const char *file)
{
	size_t file_length = strlen(file);
	char *reason;

	for (const char *line = said; *line != '\0'; line = strchr(line, '\n') + 1) {
		expect(strchr(line, '\n') != NULL, "half a line");
		expect(strncmp(line, file, file_length) == 0 && line[file_length] == ':',
		       "no file named");
		expect(strtoul(line + file_length + 1, &reason, 10) > 0, "no line named");
		expect(strncmp(reason, ": ", 2) == 0 && reason[2] != '\n', "no reason named");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char file[32], *said;
	size_t said_length;
	FILE *messages = open_memstream(&said, &said_length);
	int fd = file_make(data, size, file, sizeof(file));
	struct config *config;

	expect(yaml_both_read((const char *)data, size) != YAML_BOTH_DIFFERENT,
	       "the readers differ");
	expect(messages != NULL, "no memory");
	config = config_load(file, messages);
	(void)fclose(messages); /* memory only */
	expect(config != NULL || said_length > 0, "refused without a word");
	messages_check(said, file);
	config_free(config);
	free(said);
	(void)close(fd); /* memory only */
	return 0;
}
