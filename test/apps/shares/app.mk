# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-shares))
APP_SHARES_SRCS-y += main.cpp
