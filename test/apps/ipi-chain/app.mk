# SPDX-License-Identifier: MIT
APP_IPI_CHAIN_SRCS-y += main.cpp
