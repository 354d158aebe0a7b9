# SPDX-License-Identifier: MIT
ARGS_SRCS-y += $(patsubst $(ARGS_DIR)/%,%,$(wildcard $(ARGS_DIR)/src/*.cpp))
