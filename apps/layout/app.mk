# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-layout))
APP_LAYOUT_SRCS-y += main.cpp
