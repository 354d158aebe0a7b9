# SPDX-License-Identifier: MIT
# What the user may set on the command line, with its default. `make help` prints the comments.
O ?= build## build folder
C ?= .config## configuration file
A ?=## app: a name below apps/ or a folder anywhere; overrides the configuration
L ?=## libraries from elsewhere: their folders, with a : between two
SMP ?=## harts to boot (default: 4, or what the image holds)
MEM ?= 256M## memory of the machine
ARGS ?=## arguments of the app: words, "quoted words"
INPUT ?=## file that the app gets to read
LOG ?=## error, warn, info or debug
TIMEOUT ?= 60## seconds until a run is cut off; debug has none by itself
BOOT_HART ?=## hart to boot on (default: the firmware's choice)
STORM ?=## selftests: storms this many times longer
ICOUNT ?=## run in deterministic time, 2^ICOUNT ns an instruction
SEED ?=## seed of QEMU's random numbers and of storms, or of randconfig, for what must repeat
DEFCONFIG ?=## file that savedefconfig writes (default: defconfig) and defconfig takes
OUTPUT ?=## file for the whole console output (debug: console.txt beside the image)
QEMU_ARGS ?=## more arguments for QEMU
DRYRUN ?=## 1: print the line of QEMU, or gdb, instead of running it
LIB ?=## test-host, test-model, why: one library
T ?=## test-qemu: selftests of one library alone
BASE ?=## size: the build folder, or image.dbg, to compare with
N ?=## soak: how many boots; fuzz: how many inputs
V ?= 0## 1: show every command; 2: and why each file is made again
DEBUG_INFO ?= 2## what debuggers are told: 0 nothing (compiles in two thirds of the time), 1 lines, 2 all
LLVM ?= 0## 1: compile with clang and link with lld
CLANG ?= clang++-19## what LLVM=1 and the fuzzer compile with
CROSS_COMPILE ?= riscv64-linux-gnu-## prefix of the target's tools
GDB ?= gdb-multiarch## what debug starts
GDB_ARGS ?=## more arguments for gdb: -batch -ex "info threads" -ex bt
QEMU ?= qemu-system-riscv64## the emulator
PYTHON ?=## a Python that has kconfiglib (default: the first on PATH, or the system's)
ifeq ($(PYTHON),)
PYTHON := $(firstword $(foreach p,python3 /usr/bin/python3,$(shell $(p) -c 'import kconfiglib' 2>/dev/null && echo $(p))))
endif

# The tools find in the environment what lies elsewhere.
export A L

# $(call one_of,NAME,VALUES): refuses every other value.
one_of = $(if $(filter-out $(2),$($(1))),$(error $(1)=$($(1)): one of $(2) is wanted))
$(call one_of,V,0 1 2)
$(call one_of,DEBUG_INFO,0 1 2)
$(call one_of,LLVM,0 1)
$(call one_of,DRYRUN,0 1)
ifeq ($(V),2)
MAKEFLAGS += --trace
endif

# A command that prints one short line: $(call say,CC,file) then the command with $(Q).
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-7s %s\n' '$(1)' '$(2)')
