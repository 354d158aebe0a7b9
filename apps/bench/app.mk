# SPDX-License-Identifier: MIT
APP_BENCH_SRCS-y += main.cpp
