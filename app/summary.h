/* SPDX-License-Identifier: BSD-3-Clause */
/* The one JSON object on stdout when leat ends. */
#ifndef APP_SUMMARY_H
#define APP_SUMMARY_H

#include "app/appliance.h"

#include <jansson.h>
#include <stdio.h>

/* Counters of a stopped appliance, before its ports are closed. NULL without memory; the caller's reference. */
json_t *summary_collect(const struct appliance *a);

/*
 * Adds what is known once the ports are closed: are all mbufs back, and has every packet a fate? 0, or -EBADMSG after
 * saying what does not add up, which is leat's own fault.
 */
int summary_verify(json_t *summary, const struct appliance *a);

#endif
