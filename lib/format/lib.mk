# SPDX-License-Identifier: MIT
$(eval $(call addlib,format))
FORMAT_SRCS-y += src/bounded_text.cpp src/write.cpp
