# SPDX-License-Identifier: MIT
$(eval $(call addlib,bench))
BENCH_SRCS-y += src/run.cpp
