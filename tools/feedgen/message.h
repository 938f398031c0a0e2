/* SPDX-License-Identifier: BSD-3-Clause */
/* One line for the user on stderr, behind the program's name. */
#ifndef LEAT_FEEDGEN_MESSAGE_H
#define LEAT_FEEDGEN_MESSAGE_H

__attribute__((format(printf, 1, 2))) void message_print(const char *format, ...);

#endif
