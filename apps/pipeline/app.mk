# SPDX-License-Identifier: MIT
$(eval $(call addlib,app-pipeline))
APP_PIPELINE_SRCS-y += main.cpp
