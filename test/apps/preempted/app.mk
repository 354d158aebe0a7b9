# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-preempted))
APP_PREEMPTED_SRCS-y += main.cpp registers.S
