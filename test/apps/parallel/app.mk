# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-parallel))
APP_PARALLEL_SRCS-y += main.cpp
