/* SPDX-License-Identifier: BSD-3-Clause */
/* OUCH 5.0 as its specification has it: for the tests of its tables and of its appendages. */
#ifndef UNIT_PIPELINE_DECODE_OUCH50_SPECIFICATION_H
#define UNIT_PIPELINE_DECODE_OUCH50_SPECIFICATION_H

#include "pipeline/decode/ouch50.h"
#include "tests/unit/pipeline/decode/layout_check.h"
#include "tests/unit/unit_test.h"

/* From the specification's sections 3 and 2, not from the product. */
static const struct specified venue_rows[] = {
	{'S', 10, 0},
	{'A', 64, 62},
	{'U', 68, 66},
	{'C', 18, 0},
	{'D', 31, 0},
	{'E', 36, 34},
	{'B', 36, 0},
	{'F', 49, 0},
	{'J', 29, 0},
	{'P', 13, 0},
	{'I', 13, 0},
	{'T', 30, 0},
	{'M', 18, 0},
	{'R', 16, 14},
	{'X', 25, 0},
	{'G', 17, 0},
	{'K', 17, 0},
	{'Q', 13, 0},
};

static const struct specified client_rows[] = {
	{'O', 47, 45},
	{'U', 40, 38},
	{'X', 9, 0},
	{'M', 10, 0},
	{'C', 17, 0},
	{'D', 9, 0},
	{'E', 9, 0},
	{'Q', 1, 0},
};

static const struct specification ouch50_sides[] = {
	{&ouch50_protocol, venue_rows, ARRAY_LENGTH(venue_rows), 0},
	{&ouch50_request_protocol, client_rows, ARRAY_LENGTH(client_rows), 0},
};

/* Appendix A: the bytes of each tag's value; 0 where there is no such tag. */
static const uint8_t ouch50_value_bytes[] = {0, 8, 4, 4, 1, 4, 1, 4, 0, 8, 1, 4, 1, 4, 4, 4,
					     1, 1, 1, 8, 1, 0, 4, 8, 2, 1, 4, 1, 1, 1, 2};

#endif
