# SPDX-License-Identifier: MIT
# lib/smp asks its System for lines of text; the System of these tests makes them by lib/format.
smp_UNIT := SMP_TEST
SMP_TEST_CLOSURE := SMP PERCPU SYNC AUDIT CORE ENV FORMAT
