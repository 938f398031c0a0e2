/* SPDX-License-Identifier: BSD-3-Clause */
/* A failure to write to stderr has nowhere to be told. */
#include "tools/feedgen/message.h"

#include <stdarg.h>
#include <stdio.h>

void
message_print(const char *format, ...)
{
	va_list arguments;

	fputs("leat-feedgen: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
