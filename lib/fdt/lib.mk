# SPDX-License-Identifier: MIT
$(eval $(call addlib,fdt))
FDT_SRCS-y += src/check.cpp src/tree.cpp
