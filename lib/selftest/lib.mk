# SPDX-License-Identifier: MIT
SELFTEST_SRCS-y += src/run.cpp
