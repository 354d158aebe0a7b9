# SPDX-License-Identifier: MIT
FDT_SRCS-y += src/check.cpp src/tree.cpp
