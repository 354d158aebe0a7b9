# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-wordcount))
APP_WORDCOUNT_SRCS-y += main.cpp
