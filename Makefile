# SPDX-License-Identifier: MIT
# NEURON's goals. What they need stands in mk/, one purpose a file; `make help` lists them all.
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.SUFFIXES:

include mk/variables.mk

goals := $(or $(MAKECMDGOALS),all)
ifneq ($(and $(filter deps,$(goals)),$(filter-out deps,$(goals))),)
# What deps installs, the other goals need before make can even read the configuration.
.NOTPARALLEL:
others := $(filter-out deps,$(goals))
.PHONY: $(others)
$(others): deps
	+@$(MAKE) --no-print-directory $@
include mk/deps.mk
else
include mk/deps.mk
include mk/help.mk
include mk/config.mk
include mk/test.mk
ifneq ($(filter-out $(goals_without_configuration),$(goals)),)
include $(O)/generated/auto.mk
ifdef APP_UNIT # else make reads itself again, once auto.mk is there
include mk/library.mk
include mk/image.mk
include mk/run.mk
endif
endif
endif
