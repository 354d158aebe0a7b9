# SPDX-License-Identifier: MIT
FDT_SRCS-y += src/tree.cpp
