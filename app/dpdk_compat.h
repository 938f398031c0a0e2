/* SPDX-License-Identifier: BSD-3-Clause */
/* What differs between DPDK 22.11 (Debian 12) and 25.11, in one place. Write for the newest; this gives it to the old. */
#ifndef APP_DPDK_COMPAT_H
#define APP_DPDK_COMPAT_H

#include <rte_telemetry.h>
#include <rte_version.h>

/* 23.03 renamed the function, 25.11 removed the old name. Goes when 22.11 does. */
#if RTE_VERSION < RTE_VERSION_NUM(23, 3, 0, 0)
static inline int
rte_tel_data_add_dict_uint(struct rte_tel_data *d, const char *name, uint64_t value)
{
	return rte_tel_data_add_dict_u64(d, name, value);
}
#endif

#endif
