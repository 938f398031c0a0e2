/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of the summary that speak of messages. */
#ifndef APP_SUMMARY_MESSAGES_H
#define APP_SUMMARY_MESSAGES_H

#include "app/appliance.h"

#include <jansson.h>
#include <stdint.h>

/* JSON integers are signed; a counter does not reach 2^63. */
json_t *summary_number(uint64_t n);

/* By name. The caller's reference. */
json_t *summary_feeds(const struct feed_table *table);
json_t *summary_services(const struct appliance *a);

#endif
