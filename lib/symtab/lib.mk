# SPDX-License-Identifier: MIT
SYMTAB_SRCS-y += src/symtab.cpp
