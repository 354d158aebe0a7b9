# SPDX-License-Identifier: MIT
$(eval $(call addlib,stats))
STATS_SRCS-y += src/mean.cpp
