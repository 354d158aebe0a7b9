# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-ipi-chain))
APP_IPI_CHAIN_SRCS-y += main.cpp
