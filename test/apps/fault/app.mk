# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-fault))
APP_FAULT_SRCS-y += main.cpp
