# SPDX-License-Identifier: MIT
APP_LOCK_CONTEST_SRCS-y += main.cpp
