/* SPDX-License-Identifier: BSD-3-Clause */
/* leat's messages: one line each, to stderr through DPDK's log (type "leat"), so that --log-level=leat:debug works. */
#ifndef APP_LOG_H
#define APP_LOG_H

/* No line end needed. Any thread, never an lcore that polls. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
