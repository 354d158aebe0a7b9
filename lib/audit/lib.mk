# SPDX-License-Identifier: MIT
AUDIT_VARIANT := $(if $(CONFIG_AUDIT_CHECKS),checked,unchecked)
