# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-turns))
APP_TURNS_SRCS-y += main.cpp registers.S
