# SPDX-License-Identifier: MIT
$(eval $(call addlib,selftest))
SELFTEST_SRCS-y += src/run.cpp
