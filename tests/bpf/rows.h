/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows as text, so that a table of tests can be read: rows separated by ";", each
 *
 *	claim|deny ip4|ip6 [any|tcp|udp|...|NUMBER] [to PREFIX] [port N|N-N] [vlan N|none] [from PREFIX]
 */
#ifndef BPF_ROWS_H
#define BPF_ROWS_H

#include "bpf/claims.h"

enum { ROWS_MAX = 64 };

/* Fails the test where the text is no rows. Returns how many there are. */
unsigned rows_parse(const char *text, struct claims_row rows[ROWS_MAX]);

/* "198.51.100.0/24", "2001:db8::1"; the version by the form. */
void rows_prefix_parse(const char *text, struct claims_prefix *prefix);

/* A protocol's number from its name or number; -1 for "any". */
int16_t rows_protocol_parse(const char *text);

#endif
