# SPDX-License-Identifier: MIT
channel-threads_UNIT := CHANNEL
channel-threads_VARIANTS := tsan
