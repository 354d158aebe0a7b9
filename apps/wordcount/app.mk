# SPDX-License-Identifier: MIT
APP_WORDCOUNT_SRCS-y += main.cpp
