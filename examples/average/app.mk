# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-average))
APP_AVERAGE_SRCS-y += main.cpp
