# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-hotplug))
APP_HOTPLUG_SRCS-y += main.cpp
