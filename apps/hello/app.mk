# SPDX-License-Identifier: MIT
APP_HELLO_SRCS-y += main.cpp
