# SPDX-License-Identifier: MIT
APP_FAULT_SRCS-y += main.cpp
