# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-idle))
APP_IDLE_SRCS-y += main.cpp
