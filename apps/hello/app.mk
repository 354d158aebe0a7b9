# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-hello))
APP_HELLO_SRCS-y += main.cpp
