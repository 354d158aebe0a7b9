# SPDX-License-Identifier: MIT
# A unit that has something to compile says so in its fragment, lib.mk or app.mk, under the name of its
# Kconfig symbol. It is one grammar in the tree and elsewhere, and Unikraft's:
#   $(eval $(call addlib,NAME))     the first line; the symbol in small letters, with - for _
#   NAME_SRCS-y += src/x.cpp        .cpp and .S files, from the unit's folder or below $(NAME_BASE)
#   NAME_CXXFLAGS-y += -D...        flags of this unit alone
#   NAME_AS_ONE-y := y              its .cpp files are compiled as one: where headers take longer than code
upper = $(shell name='$(1)'; name=$${name^^}; echo $${name//-/_})
addlib = $(call add_unit,$(call upper,$(strip $(1))),$(strip $(1)),$(lastword $(MAKEFILE_LIST)))
define add_unit
$(if $(filter $(addprefix $($(1)_BASE)/,lib.mk app.mk),$(3)),,$(error $(3): addlib,$(2): its Kconfig defines no $(1)))
$(1)_SRCS-y :=
$(1)_CXXFLAGS-y :=
$(1)_AS_ONE-y :=
added += $(3)
endef

# $(call read_fragments,FILES)
define read_fragments
$(foreach f,$(1),$(eval include $(f))$(if $(filter $(f),$(added)),,$(error $(f): it must begin with $$(eval $$(call addlib,NAME)))))
endef

sources_of = $(addprefix $($(1)_BASE)/,$(patsubst $($(1)_BASE)/%,%,$($(1)_SRCS-y)))
