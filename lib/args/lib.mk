# SPDX-License-Identifier: MIT
$(eval $(call addlib,args))
ARGS_SRCS-y += $(wildcard $(ARGS_BASE)/src/*.cpp)
