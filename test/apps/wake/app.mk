# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-wake))
APP_WAKE_SRCS-y += main.cpp
