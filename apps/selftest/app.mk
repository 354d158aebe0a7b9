# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-selftest))
APP_SELFTEST_SRCS-y += main.cpp
