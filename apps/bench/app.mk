# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-bench))
APP_BENCH_SRCS-y += main.cpp
