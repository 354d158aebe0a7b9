# SPDX-License-Identifier: MIT
##@ Getting started
.PHONY: deps
deps: ## install the Debian packages for building, running and testing (root or sudo)
	@tools/deps.sh docs/dependencies.md
