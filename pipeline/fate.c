/* SPDX-License-Identifier: BSD-3-Clause */
/* The names, classes and help texts of the fates, generated from the one table. */
#include "pipeline/fate.h"

const struct fate_row fates[FATE_COUNT] = {
	[FATE_NONE] = {.name = "none", .help = "not decided yet", .class = FATE_CLASS_REFUSED},
#define FATE_ROW(id, fate_name, fate_class, fate_help)                                             \
	[FATE_##id] = {.name = (fate_name), .help = (fate_help), .class = FATE_CLASS_##fate_class},
	FATE_TABLE(FATE_ROW)
#undef FATE_ROW
};

const char *const fate_class_names[FATE_CLASS_COUNT] = {
	[FATE_CLASS_PASS] = "pass",
	[FATE_CLASS_MALFORMED] = "malformed",
	[FATE_CLASS_REFUSED] = "refused",
	[FATE_CLASS_TENANT] = "tenant",
	[FATE_CLASS_OVERLOAD] = "overload",
};
