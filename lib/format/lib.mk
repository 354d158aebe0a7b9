# SPDX-License-Identifier: MIT
FORMAT_SRCS-y += src/bounded_text.cpp src/write.cpp
