# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-timer-late))
APP_TIMER_LATE_SRCS-y += main.cpp
