# SPDX-License-Identifier: MIT
APP_MISBEHAVE_SRCS-y += main.cpp
