# SPDX-License-Identifier: MIT
$(eval $(call addlib,symtab))
SYMTAB_SRCS-y += src/symtab.cpp
