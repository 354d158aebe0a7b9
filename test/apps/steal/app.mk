# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-steal))
APP_STEAL_SRCS-y += main.cpp
