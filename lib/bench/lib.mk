# SPDX-License-Identifier: MIT
BENCH_SRCS-y += src/run.cpp
