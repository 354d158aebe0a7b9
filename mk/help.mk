# SPDX-License-Identifier: MIT
# The help is the comments behind the goals and variables themselves.
.PHONY: help
help: ## this list
	@awk -f tools/help.awk mk/variables.mk mk/deps.mk mk/config.mk mk/image.mk mk/run.mk mk/test.mk mk/fuzz.mk mk/bench.mk
