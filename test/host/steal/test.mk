# SPDX-License-Identifier: MIT
steal_UNIT := WORK_STEALING
