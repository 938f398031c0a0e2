/* SPDX-License-Identifier: BSD-3-Clause */
/* A fuzz target without the fuzzer: each file of a folder, once. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEED_BYTES_MAX = 1024 * 1024 };

static void
fail(const char *file, const char *reason)
{
	fprintf(stderr, "%s: %s\n", file, reason);
	exit(EXIT_FAILURE);
}

static void
file_replay(const char *file)
{
	FILE *input = fopen(file, "r");
	uint8_t *bytes = malloc(SEED_BYTES_MAX);
	size_t length;

	if (input == NULL || bytes == NULL)
		fail(file, "cannot be opened");
	length = fread(bytes, 1, SEED_BYTES_MAX, input);
	if (ferror(input) || length == SEED_BYTES_MAX)
		fail(file, "cannot be read, or is too long");
	(void)fclose(input); /* only read from */
	/* No byte more, so that sanitizers see who reads beyond. */
	bytes = realloc(bytes, length + (length == 0));
	printf("# %s\n", file);
	(void)LLVMFuzzerTestOneInput(bytes, length); /* aborts */
	free(bytes);
}

int
main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	unsigned n = 0;
	char file[4096];

	if (folder == NULL)
		fail(argc == 2 ? argv[1] : "usage: replay FOLDER", "no such folder");
	for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", argv[1], entry->d_name);
		file_replay(file);
		n++;
	}
	(void)closedir(folder); /* only read from */
	if (n == 0)
		fail(argv[1], "holds no seeds");
	return EXIT_SUCCESS;
}
