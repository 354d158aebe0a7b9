# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-misbehave))
APP_MISBEHAVE_SRCS-y += main.cpp
