# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-lock-contest))
APP_LOCK_CONTEST_SRCS-y += main.cpp
