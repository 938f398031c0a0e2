/* SPDX-License-Identifier: BSD-3-Clause */
/* One line, one call of rte_log, so that lines of several threads do not mix. */
#include "app/log.h"

#include <rte_log.h>

#include <stdarg.h>
#include <stdio.h>

RTE_LOG_REGISTER(leat_logtype, leat, INFO)

enum { LINE_BYTES = 1024 };

static void __attribute__((format(printf, 3, 0)))
line_write(uint32_t level, const char *word, const char *format, va_list arguments)
{
	char line[LINE_BYTES];

	(void)vsnprintf(
		line, sizeof(line), format, arguments
	); /* a longer line is cut, which is fine in a log */
	rte_log(level, (uint32_t)leat_logtype, "leat: %s%s\n", word, line);
}

void
log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_write(RTE_LOG_ERR, "error: ", format, arguments);
	va_end(arguments);
}

void
log_warning(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_write(RTE_LOG_WARNING, "warning: ", format, arguments);
	va_end(arguments);
}

void
log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_write(RTE_LOG_INFO, "", format, arguments);
	va_end(arguments);
}
