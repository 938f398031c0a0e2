/* SPDX-License-Identifier: BSD-3-Clause */
/* The value of --mix. */
#ifndef LEAT_FEEDGEN_MIX_OPTION_H
#define LEAT_FEEDGEN_MIX_OPTION_H

#include "tools/feedgen/itch50.h"

#include <stdint.h>

/* About the shares of types on a real day: adds and deletes are nearly nine tenths. */
#define MIX_DEFAULT                                                                                \
	"A=44,D=41.8,U=8.2,E=2.2,I=1.1,X=1.05,F=0.6,P=0.46,L=0.08,N=0.05,C=0.04,Q=0.008,H=0.003,"  \
	"Y=0.002,J=0.002,R=0.001,B=0.0005,K=0.0005,h=0.0002"

/* Reads TYPE=WEIGHT,...; types not named get 0. 0 or -EINVAL, already reported. */
int mix_option_parse(const char *text, uint64_t weights[ITCH50_TYPE_COUNT]);

#endif
