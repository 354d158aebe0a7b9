# SPDX-License-Identifier: MIT
APP_SELFTEST_SRCS-y += main.cpp
