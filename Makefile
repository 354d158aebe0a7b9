# SPDX-License-Identifier: MIT
# NEURON's goals. What they need stands in mk/, one purpose a file; `make help` lists them all.
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.SUFFIXES:

include mk/variables.mk

ifneq ($(words $(CURDIR)),1)
$(error this folder's path has a space in it: make can't build here)
endif

goals := $(or $(MAKECMDGOALS),all)
# These change what make reads: together with other goals, each is a make of its own, in order.
alone := deps clean properclean distclean %config
ifneq ($(and $(filter $(alone),$(goals)),$(word 2,$(goals))),)
.NOTPARALLEL:
.PHONY: $(goals)
before :=
$(foreach goal,$(goals),$(eval $(goal): $(before))$(eval before := $(goal)))
$(goals):
	+@$(MAKE) --no-print-directory $@
else
include mk/deps.mk
include mk/help.mk
include mk/config.mk
include mk/fragments.mk
include mk/bench.mk
include mk/fuzz.mk
include mk/test.mk
ifneq ($(filter-out $(goals_without_configuration),$(goals)),)
include $(O)/generated/auto.mk
ifeq ($(call stale,$(O)/generated/auto.mk,$(generated_from)),)
include mk/library.mk
include mk/image.mk
include mk/run.mk
endif
endif
endif
