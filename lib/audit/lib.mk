# SPDX-License-Identifier: MIT
$(eval $(call addlib,audit))
AUDIT_VARIANT := $(if $(CONFIG_AUDIT_CHECKS),checked,unchecked)
